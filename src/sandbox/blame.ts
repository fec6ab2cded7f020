/**
 * Whose fault it is that a host hung or ended, and which calls merely waited.
 */

import type { Marked } from "./mark.ts";

/** The calls that a host left without a reply, sorted. */
export interface SortedOut<Call> {
  /** The one at fault. */
  readonly culprit: Call | undefined;
  /** Those of which one is at fault. */
  readonly suspects: readonly Call[];
  /** Those that merely waited. */
  readonly others: readonly Call[];
}

/**
 * Sorts out calls. The one that held the host is at fault; when none did, those that had
 * been started and waited for something, of which one may have gone on.
 *
 * @param isSure Whether the only one that had been started is at fault for that alone. A host
 * that does not answer may have been held up by what it was sent.
 */
export function sortOut<Call extends { readonly id: number }>(
  { lastStarted, running, background }: Marked,
  calls: readonly Call[],
  isSure: (call: Call) => boolean = () => true,
): SortedOut<Call> {
  // What a rule had left running is at fault, and no call.
  if (running === undefined && background !== undefined) {
    return { culprit: undefined, suspects: [], others: calls };
  }
  const started = calls.filter(({ id }) => id <= lastStarted);
  const culprit = started.find((call) =>
    call.id === running?.id || started.length === 1 && isSure(call)
  );
  if (culprit !== undefined) {
    const others = calls.filter((call) => call !== culprit);
    return { culprit, suspects: [], others };
  }
  const others = calls.filter(({ id }) => id > lastStarted);
  return { culprit: undefined, suspects: started, others };
}
