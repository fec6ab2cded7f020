/** The thread of watchdog.ts. */

import { literalOf } from "./shrink.ts";
import { watchedInput, type WatchedMemory } from "./watchdog.ts";

/** A worker's side of its messages, which the types of a main thread lack. */
const side = self as unknown as {
  onmessage: (event: MessageEvent<WatchedMemory>) => void;
};

side.onmessage = ({ data }) => {
  let seen = -1;
  setInterval(() => {
    const { count, input } = watchedInput(data);
    if (count === seen && count > 0) {
      console.error(
        `FAILED: an input has not ended after ${data.hangMs} ms\n` +
          `const input = ${literalOf(input)};`,
      );
      Deno.kill(data.pid, "SIGKILL");
    }
    seen = count;
  }, data.hangMs);
};
