/**
 * The modes that operators have switched rules to, kept in Deno KV under
 * `["rule-mode", NAME]`: beside what rules themselves remember, where no rule can write.
 */

import * as v from "valibot";
import type { RuleModes } from "../proxy/rule_book.ts";

/** What a rule can be switched to. */
export const RULE_MODES = ["enforce", "report", "off"] as const;

/** One of them. */
export type RuleMode = typeof RULE_MODES[number];

/** More rules are not switched; those that are gone count until they are switched back. */
export const MAX_SWITCHED = 1_000;

const ROOT = "rule-mode";
const ModeSchema = v.picklist(RULE_MODES);

/** The modes that are kept. @throws {Error} What the store throws. */
export async function readRuleModes(kv: Deno.Kv): Promise<RuleModes> {
  const modes = new Map<string, RuleMode>();
  for await (const { key, value } of kv.list({ prefix: [ROOT] })) {
    const mode = v.safeParse(ModeSchema, value);
    if (typeof key[1] === "string" && mode.success) {
      modes.set(key[1], mode.output);
    }
  }
  return modes;
}

/** Keeps a mode, or forgets it. @throws {Error} What the store throws. */
export async function keepRuleMode(
  kv: Deno.Kv,
  name: string,
  mode: RuleMode | undefined,
): Promise<void> {
  if (mode === undefined) await kv.delete([ROOT, name]);
  else await kv.set([ROOT, name], mode);
}
