/**
 * Lines that rules write to the console, bounded as those of `context.log` are. Which call
 * a line belongs to is not known for sure: they are counted from one call to the next.
 */

import type { MarkWriter } from "./mark.ts";
import type { Outbox } from "./outbox.ts";
import { logLine, MAX_LOGS } from "./rule_context.ts";

/** Takes lines until there are too many. */
export class StrayLines {
  readonly #outbox: Pick<Outbox, "log">;
  readonly #mark: Pick<MarkWriter, "lastStarted" | "rule">;
  #call = -1;
  #count = 0;

  constructor(
    outbox: Pick<Outbox, "log">,
    mark: Pick<MarkWriter, "lastStarted" | "rule">,
  ) {
    this.#outbox = outbox;
    this.#mark = mark;
  }

  /** @param text Makes the line; not called for one that nobody will read. */
  write(text: () => string): void {
    const { lastStarted, rule } = this.#mark;
    if (lastStarted !== this.#call) this.#count = 0;
    this.#call = lastStarted;
    if (++this.#count > MAX_LOGS) return;
    this.#outbox.log({ rule, ...logLine(text()) });
  }
}
