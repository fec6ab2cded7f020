/**
 * `sluice init [FOLDER]`: a folder with a first rule to change and the types for an editor.
 * Nothing that is there is written over.
 */

import { join } from "@std/path";
import { OptionError } from "../config.ts";
import { readCommandArgs } from "./command_args.ts";
import { templateFiles } from "./rule_template.ts";

const DEFAULT_FOLDER = "rules";

/**
 * Makes the folder where it is missing, and writes the files.
 *
 * @param args `[FOLDER]`; default: `rules`.
 * @returns The exit code: 0, or 1 when nothing was written, which it says.
 * @throws {OptionError} for other arguments.
 */
export async function init(args: readonly string[]): Promise<number> {
  const { positional, rest } = readCommandArgs(args, { positional: "FOLDER" });
  if (rest[0] !== undefined) throw unknownOption(rest[0]);
  const folder = positional ?? DEFAULT_FOLDER;
  try {
    const names = await writeFiles(folder);
    console.log(successText(folder, names));
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`sluice: ${failureText(folder, error)}`);
    return 1;
  }
}

/** Returns the names of the files written: all of them, or it throws and leaves none. */
async function writeFiles(folder: string): Promise<string[]> {
  const files = await templateFiles();
  await Deno.mkdir(folder, { recursive: true });
  const written: string[] = [];
  try {
    for (const { name, text } of files) {
      const path = join(folder, name);
      await Deno.writeTextFile(path, text, { createNew: true });
      written.push(path);
    }
  } catch (error) {
    for (const path of written) await Deno.remove(path);
    throw error;
  }
  return files.map(({ name }) => name);
}

function successText(folder: string, names: readonly string[]): string {
  const isDefault = folder === DEFAULT_FOLDER;
  const rules = isDefault ? "" : ` --rules ${folder}`;
  return `Wrote ${names.map((name) => join(folder, name)).join(" and ")}.
Next: run the proxy${isDefault ? "" : ` with${rules}`}, then
  curl -x http://127.0.0.1:8080 http://hello.test/
Change the rule and save it: the change is in force at once.
\`sluice check${rules}\` says whether the rules are sound.`;
}

function failureText(folder: string, error: Error): string {
  if (error instanceof Deno.errors.AlreadyExists) {
    const path = /'([^']*)'/.exec(error.message)?.[1] ?? folder;
    return `Cannot write the first rule: "${path}" exists. ` +
      "Choose another folder, or move it away.";
  }
  return `Cannot write the first rule into "${folder}": ${error.message}`;
}

function unknownOption(arg: string): OptionError {
  const option = arg.replace(/=.*$/s, "");
  const wanted = "the name of a folder";
  return new OptionError({
    option,
    got: arg,
    wanted,
    message: `${option}: init takes no options, only ${wanted}`,
  });
}
