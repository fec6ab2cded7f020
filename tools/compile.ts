/**
 * Makes the executable: `deno compile`, with what the program opens at run time
 * embedded, and a look at whether the result runs.
 *
 * ```sh
 * deno run -A tools/compile.ts [OUTPUT]
 * ```
 */

import { fromFileUrl } from "@std/path";
import { EMBEDDED_FILES } from "./embedded_files.ts";

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** What `deno compile` did. */
export interface Compiled {
  readonly success: boolean;
  /** What it printed: the list of embedded files, or why it failed. */
  readonly output: string;
}

/** Compiles main.ts to `output`, a path from the root of the checkout. */
export async function compile(output: string): Promise<Compiled> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["compile", "-A", "--exclude-unused-npm"],
      ...EMBEDDED_FILES.flatMap((path) => ["--include", path]),
      ...["-o", output, "main.ts"],
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  return { success, output: new TextDecoder().decode(stderr) };
}

/**
 * Says in words why `deno compile` failed and what to do.
 *
 * @param output What it printed.
 */
export function failureText(output: string): string {
  // The causes are numbered; the first two say what was done, and what stopped it.
  const causes = [...output.matchAll(/^\s+[01]: (.*)/gm)].map(([, cause]) =>
    cause
  );
  if (!/Setting up base binary|denort/.test(output)) {
    return "Cannot compile: see above for what deno compile says";
  }
  return `Cannot compile: the base binary "denort" is missing (${
    causes.join(" ")
  }). Where it can't be downloaded, set DENORT_BIN to the path of the denort ` +
    `of Deno ${Deno.version.deno} for ${Deno.build.target}.`;
}

/** Whether the executable is the program: one over another base binary is not. */
export async function isProgram(path: string): Promise<boolean> {
  const { stdout } = await new Deno.Command(path, {
    args: ["--version"],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).startsWith("sluice ");
}

async function main(output = "dist/sluice"): Promise<number> {
  const compiled = await compile(output);
  console.error(compiled.output.trimEnd());
  if (!compiled.success) {
    console.error(failureText(compiled.output));
    return 1;
  }
  const path = fromFileUrl(new URL(output, `file://${ROOT}`));
  if (await isProgram(path)) return 0;
  console.error(
    `Cannot run ${output}: it was made, but does not answer as sluice. ` +
      "DENORT_BIN has to name a denort, which is not the deno command.",
  );
  return 1;
}

if (import.meta.main) Deno.exit(await main(...Deno.args));
