/**
 * The options that say how rules are loaded and run, as the rule host takes them.
 */

import { resolve } from "@std/path";
import type { Settings } from "../config.ts";
import type { RuleSetOptions } from "../sandbox/rule_set.ts";

/** Reads them from the settings. Paths that are granted are followed to what they are. */
export function ruleSetOptions(settings: Settings): RuleSetOptions {
  const { ruleTimeoutMs, rulesAllowNet, rulesAllowRead, skipBrokenRules } =
    settings;
  return {
    grants: { net: rulesAllowNet, read: rulesAllowRead.map(realPath) },
    ruleTimeoutMs,
    skipBroken: skipBrokenRules,
  };
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    // It may come later; until then there is nothing to read.
    if (error instanceof Deno.errors.NotFound) return resolve(path);
    throw error;
  }
}
