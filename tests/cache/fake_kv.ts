/** A KV store in memory that fails when it is told to, as one on a full or broken disk does. */

/** The store and its failures. */
export class FakeKv {
  readonly kv: Deno.Kv;
  /** What every commit and every set throws; undefined for none. */
  writeFailure: Error | undefined;
  /** What every read throws. */
  readFailure: Error | undefined;
  /** So many commits are still good before they fail. */
  goodCommits = 0;
  /** What every commit waits for. */
  hold: Promise<void> | undefined;
  /** What every read of heads waits for. */
  readHold: Promise<void> | undefined;
  commits = 0;
  /** Resolves when a commit is begun. */
  get whenCommitting(): Promise<void> {
    return this.#committing.promise;
  }
  /** How many reads of heads were begun, and of bodies. */
  readonly reads = { heads: 0, bodies: 0 };
  /** Resolves when the read of heads that was begun last has its result: for its reader, and then for others. */
  lastRead: Promise<unknown> = Promise.resolve();

  #committing = Promise.withResolvers<void>();

  private constructor(real: Deno.Kv) {
    this.kv = this.#wrapped(real, (name, [selector]) => {
      if (name === "set" || name === "delete") throwIf(this.writeFailure);
      if (!/^(?:get|getMany|list)$/.test(name)) return;
      if (name === "getMany") this.reads.heads++;
      if (JSON.stringify(selector).startsWith('{"prefix":["cache","body",')) {
        this.reads.bodies++;
      }
      throwIf(this.readFailure);
    });
  }

  static async open(): Promise<FakeKv> {
    return new FakeKv(await Deno.openKv(":memory:"));
  }

  #wrapped<Target extends object>(
    target: Target,
    before: (name: string, args: readonly unknown[]) => void,
  ): Target {
    return new Proxy(target, {
      get: (real, name) => {
        const member = Reflect.get(real, name, real);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          before(String(name), args);
          const result = Reflect.apply(member, real, args);
          if (name === "getMany") {
            this.lastRead = result;
            if (this.readHold) return this.readHold.then(() => result);
          }
          return name === "atomic" ? this.#commit(result) : result;
        };
      },
    });
  }

  #commit(operation: Deno.AtomicOperation): Deno.AtomicOperation {
    const commit = operation.commit.bind(operation);
    operation.commit = async () => {
      this.commits++;
      this.#committing.resolve();
      this.#committing = Promise.withResolvers();
      if (this.hold !== undefined) await this.hold;
      if (this.goodCommits > 0) this.goodCommits--;
      else throwIf(this.writeFailure);
      return await commit();
    };
    return operation;
  }
}

function throwIf(error: Error | undefined): void {
  if (error !== undefined) throw error;
}
