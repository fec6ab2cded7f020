/**
 * Watches over inputs for one that never ends: a thread of its own looks whether inputs
 * still go by, and when none does, says which it is and ends the process, which nothing
 * within the busy thread could.
 */

/** An input that takes this long does not end, in ms. */
const HANG_MS = 20_000;
const MAX_BYTES = 128 * 1024;
/** Places in the shared words: how many inputs there were, and how long the last one is. */
const COUNT = 0;
const LENGTH = 1;
const HEAD_BYTES = 8;

/** What both threads see. */
export interface WatchedMemory {
  readonly memory: SharedArrayBuffer;
  readonly hangMs: number;
  readonly pid: number;
}

/** The thread that fuzzes tells it of each input. */
export class Watchdog implements Disposable {
  readonly #memory = new SharedArrayBuffer(HEAD_BYTES + MAX_BYTES);
  readonly #words = new Int32Array(this.#memory, 0, 2);
  readonly #text = new Uint16Array(this.#memory, HEAD_BYTES);
  readonly #worker: Worker;

  constructor(hangMs = HANG_MS) {
    const url = new URL("watchdog_worker.ts", import.meta.url);
    this.#worker = new Worker(url, { type: "module" });
    const watched: WatchedMemory = {
      memory: this.#memory,
      hangMs,
      pid: Deno.pid,
    };
    this.#worker.postMessage(watched);
  }

  /** An input is about to be tried. */
  readonly before = (input: string): void => {
    const length = Math.min(input.length, this.#text.length);
    for (let i = 0; i < length; i++) this.#text[i] = input.charCodeAt(i);
    Atomics.store(this.#words, LENGTH, length);
    Atomics.add(this.#words, COUNT, 1);
  };

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** What the other thread sees of it. */
export function watchedInput({ memory }: WatchedMemory): {
  readonly count: number;
  readonly input: string;
} {
  const words = new Int32Array(memory, 0, 2);
  const text = new Uint16Array(memory, HEAD_BYTES);
  const length = Atomics.load(words, LENGTH);
  let input = "";
  for (let i = 0; i < length; i++) input += String.fromCharCode(text[i]!);
  return { count: Atomics.load(words, COUNT), input };
}
