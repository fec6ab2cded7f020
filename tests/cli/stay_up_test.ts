import { assertEquals } from "@std/assert";
import { stayUp } from "../../src/cli/stay_up.ts";

/** Dispatches the event that the runtime does; says whether the process would go on. */
function survives(event: Event): boolean {
  return !dispatchEvent(event);
}

function rejection(reason: unknown): PromiseRejectionEvent {
  const promise = Promise.resolve();
  const init = { promise, reason, cancelable: true };
  return new PromiseRejectionEvent("unhandledrejection", init);
}

Deno.test("stayUp() reports exceptions and rejections until it is stopped", () => {
  const reports: unknown[] = [];
  const { stop } = stayUp((what, error) => reports.push([what, error]));
  const error = new Error("x");
  assertEquals(
    survives(new ErrorEvent("error", { error, cancelable: true })),
    true,
  );
  assertEquals(survives(rejection("why")), true);
  stop();
  assertEquals(reports, [["an exception", error], ["a rejection", "why"]]);
});
