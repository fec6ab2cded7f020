/**
 * Keeps the process up when something is thrown that nobody catches: one
 * exchange's bug must not end all the others. What is done about it is for
 * whoever asks.
 */

/** Told what was thrown, and whether as an exception or as a rejection. */
export type UnhandledReport = (
  what: "an exception" | "a rejection",
  error: unknown,
) => void;

/**
 * From now on an uncaught exception or rejection goes to `report` and no
 * longer ends the process.
 *
 * @returns `stop()` makes it end the process again.
 */
export function stayUp(report: UnhandledReport): { stop(): void } {
  const thrown = (event: ErrorEvent) => {
    event.preventDefault();
    report("an exception", event.error);
  };
  const rejected = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    report("a rejection", event.reason);
  };
  addEventListener("error", thrown);
  addEventListener("unhandledrejection", rejected);
  return {
    stop: () => {
      removeEventListener("error", thrown);
      removeEventListener("unhandledrejection", rejected);
    },
  };
}
