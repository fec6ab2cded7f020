/** Loaded before the program by a test: throws where nobody catches it, on a signal. */

Deno.addSignalListener("SIGUSR1", () => {
  setTimeout(() => {
    throw new Error("thrown in a timer");
  }, 0);
});
Deno.addSignalListener("SIGUSR2", () => {
  Promise.reject(new Error("rejected unseen"));
});
