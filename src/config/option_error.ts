/**
 * The one error for a setting that cannot be used. It carries a message ready
 * for an operator, in one shape for flags, environment and file:
 *   --port: got "abc", wants a whole number from 0 to 65535
 * It knows nothing of exit codes or of where the message is printed.
 */

/** What an {@linkcode OptionError} says. */
export interface OptionProblem {
  /** Where the operator wrote it: `--port`, `SLUICE_PORT`, `"port" in FILE`. */
  readonly option: string;
  /** The text that was written; `undefined` when there was none. */
  readonly got: string | undefined;
  /** What would have been taken; ends the sentence "wants …". */
  readonly wanted: string;
  /** What to do about it, shown in brackets. */
  readonly hint?: string | undefined;
  /** Replaces the usual sentence where "got …, wants …" reads badly. */
  readonly message?: string;
}

/**
 * A flag, variable, file key or command that cannot be used.
 *
 * @example
 * ```ts
 * import { OptionError } from "./option_error.ts";
 * throw new OptionError({
 *   option: "--port",
 *   got: "abc",
 *   wanted: "a whole number from 0 to 65535",
 * });
 * ```
 */
export class OptionError extends Error {
  override readonly name = "OptionError";
  /** Where the operator wrote it. */
  readonly option: string;
  /** The text that was written; `undefined` when there was none. */
  readonly got: string | undefined;
  /** What would have been taken. */
  readonly wanted: string;

  constructor(problem: OptionProblem, options?: ErrorOptions) {
    super(problem.message ?? sentence(problem), options);
    this.option = problem.option;
    this.got = problem.got;
    this.wanted = problem.wanted;
  }
}

function sentence({ option, got, wanted, hint }: OptionProblem): string {
  const shown = got === undefined ? "nothing" : JSON.stringify(got);
  const advice = hint === undefined ? "" : ` (${hint})`;
  return `${option}: got ${shown}, wants ${wanted}${advice}`;
}
