/** A KV store in memory whose commits fail when told, and that says when they end. */

/** Wraps a store; whoever makes it closes it. */
export class FailingKv {
  isFailing = false;
  commits = 0;
  readonly kv: Deno.Kv;
  readonly #real: Deno.Kv;
  #nextCommit = Promise.withResolvers<void>();

  private constructor(real: Deno.Kv) {
    this.#real = real;
    this.kv = new Proxy(real, {
      get: (target, name) => {
        if (name === "atomic") return () => this.#atomic();
        const value = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  static async open(): Promise<FailingKv> {
    return new FailingKv(await Deno.openKv(":memory:"));
  }

  /** Resolves when the next commit has ended, well or not. */
  get nextCommit(): Promise<void> {
    return this.#nextCommit.promise;
  }

  [Symbol.dispose](): void {
    this.#real.close();
  }

  #atomic(): Deno.AtomicOperation {
    const operation = this.#real.atomic();
    const commit = operation.commit.bind(operation);
    operation.commit = async () => {
      try {
        this.commits++;
        if (this.isFailing) throw new Error("disk full");
        return await commit();
      } finally {
        this.#nextCommit.resolve();
        this.#nextCommit = Promise.withResolvers();
      }
    };
    return operation;
  }
}
