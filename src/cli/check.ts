/**
 * `sluice check`: loads a rules folder as the proxy would, and says what is in it or what is
 * wrong with it. Serves nothing.
 */

import type { LoadedRule, RuleSet } from "../sandbox/rule_set.ts";
import { withRules } from "./with_rules.ts";

/**
 * Checks the folder: its rules in words to standard output, or each problem as
 * `FILE:LINE:COLUMN: MESSAGE` to standard error.
 *
 * @param args Options of the proxy, such as `--rules FOLDER`; without one it is `./rules`.
 * @returns The exit code: 0 when all files are sound, else 1.
 * @throws {OptionError} for other arguments.
 */
export async function check(args: readonly string[]): Promise<number> {
  return await withRules(args, (set, { rulesPath = "off" }) => {
    console.log(summary(set, rulesPath));
    return Promise.resolve(set.broken.length === 0 ? 0 : 1);
  });
}

function summary({ rules, version }: RuleSet, folder: string): string {
  if (rules.length === 0) return `No rules in "${folder}".`;
  const count = rules.length === 1 ? "1 rule" : `${rules.length} rules`;
  return [...rules.map(inWords), `${count}, version ${version}`].join("\n");
}

function inWords({ description, matcher }: LoadedRule): string {
  const { name, file, mode, hooks, onError, needs, timeoutMs } = description;
  const traits = [
    mode === "enforce" ? undefined : mode,
    onError === "skip" ? "skipped when it fails" : undefined,
    needs?.requestBody && "reads request bodies",
    needs?.responseBody && "reads response bodies",
    timeoutMs && `timeout ${timeoutMs} ms`,
  ].filter((trait) => trait !== undefined);
  const suffix = traits.length > 0 ? ` (${traits.join(", ")})` : "";
  return [
    `${file}: ${name}${suffix}`,
    ...(description.description ? [`  ${description.description}`] : []),
    `  hooks: ${hooks.join(", ")}`,
    `  match: ${matcher}`,
    "",
  ].join("\n");
}
