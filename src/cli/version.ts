/**
 * The text of `--version`. The number is the one in deno.json.
 */

import project from "../../deno.json" with { type: "json" };

/** The program's version, such as `0.1.0`. */
export const VERSION: string = project.version;

/** One line: the program, its version and the runtime under it. */
export function versionText(): string {
  const { target } = Deno.build;
  return `sluice ${VERSION} (Deno ${Deno.version.deno}, ${target})`;
}
