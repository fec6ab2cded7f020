/**
 * Which call a host runs at this moment, written where the proxy can read it however
 * the host ends: four numbers in a file. Calls run in the order of their
 * ids, so the last one that was started tells which ones merely wait. Beside that, whose code
 * runs outside of a call: from a timer that a rule has set.
 */

const FIELDS = 4;
/** Stands for a call's id while the host reads what it was sent. */
const READING = -1;
/** How long the file is once it was written. */
export const MARK_BYTES = FIELDS * Float64Array.BYTES_PER_ELEMENT;

/** What a host was doing. */
export interface Marked {
  /** The last call that was started; 0 for none. While loading: the file's number, from 1. */
  readonly lastStarted: number;
  /** The call that holds the host, of those started; undefined when none does. */
  readonly running:
    | { readonly id: number; readonly sinceMs: number }
    | undefined;
  /** The host reads something long that it was sent, and runs nobody's code. */
  readonly isReading?: boolean;
  /** The rule whose code runs outside of a call; undefined when none does. */
  readonly background?: number | undefined;
}

/** The host's end of the file. It is written before each call and after it. */
export class MarkWriter {
  readonly #file: Deno.FsFile;
  readonly #fields = new Float64Array(FIELDS);
  readonly #bytes = new Uint8Array(this.#fields.buffer);
  #isIdle = true;
  #rule = -1;

  /** Takes over the file, which is open for writing. */
  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** The rule that holds the host at this moment, -1 for none or unknown. */
  get rule(): number {
    return this.#isIdle ? -1 : this.#rule;
  }

  /** See {@linkcode Marked.lastStarted}. */
  get lastStarted(): number {
    return this.#fields[0]!;
  }

  /** The rule whose code runs now, in a call or outside of one; -1 for unknown. */
  get owner(): number {
    return this.#isIdle ? this.#fields[3]! - 1 : this.#rule;
  }

  /** Code of a rule begins to run outside of a call; -1: it has ended. */
  background(rule: number): void {
    if (this.#fields[3] === rule + 1) return;
    this.#fields[3] = rule + 1;
    this.#write();
  }

  /** A call to a rule holds the host now. */
  begin(id: number, rule: number): void {
    this.#rule = rule;
    if (id > this.#fields[0]!) this.#fields[0] = id;
    this.#fields[1] = id;
    this.#fields[2] = Date.now();
    this.#isIdle = false;
    this.#write();
  }

  /** Nothing does any more. May be left out between two {@linkcode begin}. */
  end(): void {
    if (this.#isIdle) return;
    this.#isIdle = true;
    this.#fields[1] = 0;
    this.#fields[2] = 0;
    this.#write();
  }

  /** Does what takes the host itself long, and runs no rule's code. */
  whileReading<T>(read: () => T): T {
    this.#fields[1] = READING;
    this.#write();
    const result = read();
    this.#fields[1] = 0;
    this.#write();
    return result;
  }

  /** Forgets what was started: the next ids count from 1 again. */
  reset(): void {
    this.#fields.fill(0);
    this.#isIdle = true;
    this.#write();
  }

  #write(): void {
    this.#file.seekSync(0, 0);
    this.#file.writeSync(this.#bytes);
  }
}

/** The proxy's end of the file. */
export class MarkReader {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #fields = new Float64Array(FIELDS);

  /** Makes the file, in the system's folder for such. */
  constructor() {
    this.path = Deno.makeTempFileSync({ prefix: "sluice_rules_" });
    this.#file = Deno.openSync(this.path, { read: true });
  }

  read(): Marked {
    const bytes = new Uint8Array(this.#fields.buffer);
    this.#file.seekSync(0, Deno.SeekMode.Start);
    if (this.#file.readSync(bytes) !== bytes.length) {
      return { lastStarted: 0, running: undefined, background: undefined };
    }
    const [lastStarted = 0, id = 0, sinceMs = 0, background = 0] = this.#fields;
    return {
      lastStarted,
      running: id <= 0 ? undefined : { id, sinceMs },
      isReading: id === READING,
      background: background === 0 ? undefined : background - 1,
    };
  }

  /** Removes the file. */
  close(): void {
    this.#file.close();
    try {
      Deno.removeSync(this.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
