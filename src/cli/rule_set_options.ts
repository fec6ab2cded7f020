/**
 * The options that say how rules are loaded and run, as the rule host takes them.
 */

import { resolve } from "@std/path";
import { OptionError, type Settings } from "../config.ts";
import type { RuleSetOptions } from "../sandbox/rule_set.ts";

/**
 * Reads them from the settings. Paths that are granted are followed to what they are.
 *
 * @param isCompiled Default: whether the program is an executable of `deno compile`.
 * @throws {OptionError} for grants in such an executable: its rule host is the executable
 * itself, whose permissions can be given up whole, but not narrowed to some hosts or paths.
 */
export function ruleSetOptions(
  settings: Settings,
  isCompiled: boolean = Deno.build.standalone,
): RuleSetOptions {
  const { ruleTimeoutMs, rulesAllowNet, rulesAllowRead, skipBrokenRules } =
    settings;
  if (isCompiled) {
    refuseGrants("--rules-allow-net", rulesAllowNet);
    refuseGrants("--rules-allow-read", rulesAllowRead);
  }
  return {
    grants: { net: rulesAllowNet, read: rulesAllowRead.map(realPath) },
    ruleTimeoutMs,
    skipBroken: skipBrokenRules,
  };
}

function refuseGrants(option: string, granted: readonly string[]): void {
  if (granted.length === 0) return;
  throw new OptionError({
    option,
    got: granted.join(","),
    wanted: "nothing in a compiled executable, which can't grant rules that",
    hint: "leave it out, or run the proxy from its sources",
  });
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
