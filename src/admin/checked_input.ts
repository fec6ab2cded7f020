/**
 * What the admin pages are sent, from text to values: every form, query and JSON body is read
 * by a schema, and whatever is wrong is said by its name, with what was wanted.
 */

import * as v from "valibot";

/** What was asked can't be read. The message is for who asked. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  /** The name of what is wrong; undefined where it is no one thing. */
  readonly where: string | undefined;
  /** What is wrong with it: `got "x", wants …`. */
  readonly problem: string;

  constructor(where: string | undefined, problem: string) {
    super(where === undefined ? problem : `${where}: ${problem}`);
    this.where = where;
    this.problem = problem;
  }
}

/** A query's parameters, each with all its values. */
export type Parameters = Readonly<Record<string, readonly string[]>>;

/** What valibot expects of a key that an object is not to have. */
const UNKNOWN = "never";

/** More characters a text does not have. */
const MAX_CHARACTERS = 16 * 1024;

/** A text that says something. */
export const TextSchema = v.pipe(
  v.string("a text"),
  v.minLength(1, "a text that is not empty"),
  v.maxLength(MAX_CHARACTERS, `at most ${MAX_CHARACTERS} characters`),
);

/** A whole number within bounds, both included, in decimal digits. */
export function wholeNumber(least: number, most: number) {
  const wanted = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.string(wanted),
    v.check(
      (text) =>
        /^(?:0|[1-9]\d{0,14})$/.test(text) && Number(text) >= least &&
        Number(text) <= most,
      wanted,
    ),
    v.transform(Number),
  );
}

/** An object with these members and no others. */
export function strict<const Entries extends v.ObjectEntries>(
  entries: Entries,
) {
  const names = Object.keys(entries).join(", ");
  return v.strictObject(entries, (issue) => {
    if (issue.expected === UNKNOWN) return `one of ${names}`;
    const isMissing = issue.expected?.startsWith('"');
    return isMissing ? "a value" : `an object with ${names}`;
  });
}

/**
 * Reads what was sent by a schema.
 *
 * @throws {BadInput}
 */
export function read<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, input);
  if (success) return output;
  const [issue] = issues;
  const place = issue.path?.[0];
  if (place === undefined) {
    throw new BadInput(undefined, `wants ${issue.message}`);
  }
  const got = issue.expected === UNKNOWN
    ? "is not known"
    : `got ${shown(issue.input)}`;
  const problem = `${got}, wants ${issue.message}`;
  throw new BadInput(String(place.key), problem);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100);
}

/** Parameters of which none is given twice. @throws {BadInput} */
export function single(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => {
      const [value = "", another] = values;
      if (another === undefined) return [name, value];
      throw new BadInput(name, "got it twice, wants it once");
    }),
  );
}

/** @throws {BadInput} for a text that is not JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BadInput("the body", "wants JSON");
  }
}
