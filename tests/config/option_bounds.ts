import { assertThrows } from "@std/assert";
import type { DefaultContext, Option } from "../../src/config/option.ts";
import { OptionError } from "../../src/config/option_error.ts";

/** On a terminal of a proxy that only its own machine reaches. */
export const DEFAULT_CONTEXT: DefaultContext = {
  isTerminal: true,
  dataDir: "./data",
  isLoopback: true,
};

/** Asserts which texts an option takes, and which it refuses. */
export function assertTakes(
  { name, kind }: Option,
  taken: readonly string[],
  refused: readonly string[],
): void {
  for (const text of taken) kind.read(text, name);
  for (const text of refused) {
    assertThrows(() => kind.read(text, name), OptionError, `got "${text}"`);
  }
}
