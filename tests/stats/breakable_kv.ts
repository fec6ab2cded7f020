/** A store that can be made to fail, over a real one in memory. */

/** How commits and reads go. */
export type KvState =
  | "works"
  /** Nothing can be read or written. */
  | "broken"
  /** What is committed is written, but whoever commits is told that it failed. */
  | "silent";

/** A store in memory; whoever makes it disposes of it. */
export class BreakableKv implements Disposable {
  readonly kv: Deno.Kv;
  state: KvState = "works";
  /** How many commits were tried. */
  commits = 0;
  /** After how many of them the store breaks. */
  breaksAfter = Infinity;
  readonly #inner: Deno.Kv;

  private constructor(inner: Deno.Kv) {
    this.#inner = inner;
    this.kv = new Proxy(inner, {
      get: (target, name) => this.#member(target, name),
    });
  }

  static async open(): Promise<BreakableKv> {
    return new BreakableKv(await Deno.openKv(":memory:"));
  }

  [Symbol.dispose](): void {
    this.#inner.close();
  }

  #member(target: Deno.Kv, name: string | symbol): unknown {
    if (name === "atomic") return () => this.#atomic(target.atomic());
    const value: unknown = Reflect.get(target, name);
    if (typeof value !== "function") return value;
    return (...args: unknown[]) => {
      if (this.state === "broken") throw new Error("the disk is gone");
      return value.apply(target, args);
    };
  }

  #atomic(atomic: Deno.AtomicOperation): Deno.AtomicOperation {
    const commit = atomic.commit.bind(atomic);
    atomic.commit = async () => {
      this.commits++;
      if (this.commits > this.breaksAfter) this.state = "broken";
      if (this.state === "broken") throw new Error("the disk is gone");
      const result = await commit();
      if (this.state === "silent") throw new Error("no answer from the disk");
      return result;
    };
    return atomic;
  }
}
