/**
 * What a hook gets beside the message: time, client, log and state. State is the
 * proxy's; here it is asked for.
 */

import { deserialize, serialize } from "node:v8";
import type { RuleContext, RuleState, StateOptions } from "../policy/rule.ts";
import type {
  LogLine,
  RequestData,
  StateAnswer,
  StateRequest,
  StateValue,
} from "./protocol.ts";

const MAX_LOG_CHARS = 8_192;
/** The most lines that a call may log. */
export const MAX_LOGS = 100;

/** A hook's context. */
export class HookContext implements RuleContext {
  readonly id: string;
  readonly #request: RequestData;
  readonly #openState: () => RuleState;
  readonly #write: (line: LogLine) => void;
  #state: RuleState | undefined;
  #now: Date | undefined;
  #logs = 0;

  /**
   * @param openState Makes the state of the rule, when the hook first asks for it.
   * @param write Takes the lines that the hook logs.
   */
  constructor(
    request: RequestData,
    openState: () => RuleState,
    write: (line: LogLine) => void,
  ) {
    this.id = request.id;
    this.#request = request;
    this.#openState = openState;
    this.#write = write;
  }

  get state(): RuleState {
    return this.#state ??= this.#openState();
  }

  get now(): Date {
    return this.#now ??= new Date();
  }

  get client(): { readonly ip: string; readonly user?: string } {
    const { clientIp: ip, user } = this.#request;
    return user === undefined ? { ip } : { ip, user };
  }

  /** Bound, so that a hook may take it out: `(request, { log }) => …`. */
  readonly log: RuleContext["log"] = (message, fields) => {
    if (++this.#logs > MAX_LOGS) return;
    this.#write(logLine(message, fields));
  };
}

/** A log line of anything that a rule gives. Fields that JSON can't hold are said to be so. */
export function logLine(
  message: unknown,
  fields?: Readonly<Record<string, unknown>>,
): LogLine {
  const text = String(message).slice(0, MAX_LOG_CHARS);
  if (fields === undefined || fields === null) return { message: text };
  return { message: text, fields: plainFields(fields) };
}

function plainFields(
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  let json: string | undefined;
  try {
    json = JSON.stringify({ ...fields });
  } catch (error) {
    return { fields: `can't be written as JSON: ${String(error)}` };
  }
  if (json.length > MAX_LOG_CHARS) return { fields: "too long to be logged" };
  return JSON.parse(json);
}

/** Asks the proxy for state, and hands its answers to the rules that wait. */
export class StateClient {
  readonly #send: (request: StateRequest) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<StateValue>>();
  #seq = 0;

  constructor(send: (request: StateRequest) => void) {
    this.#send = send;
  }

  /** The state of a rule, as one of its calls sees it. */
  of(rule: number, call: number): RuleState {
    return new HookState((op, key, value, ttlSeconds) =>
      this.#ask({ rule, call, op, key, value, ttlSeconds })
    );
  }

  answer(answer: StateAnswer): void {
    const waiting = this.#waiting.get(answer.seq);
    this.#waiting.delete(answer.seq);
    if (answer.error === undefined) waiting?.resolve(answer.value ?? null);
    else waiting?.reject(new Error(answer.error));
  }

  #ask(request: Omit<StateRequest, "seq">): Promise<StateValue> {
    const seq = ++this.#seq;
    const waiting = Promise.withResolvers<StateValue>();
    this.#waiting.set(seq, waiting);
    this.#send({ seq, ...request });
    return waiting.promise;
  }
}

type Ask = (
  op: StateRequest["op"],
  key: string,
  value: StateValue,
  ttlSeconds?: number,
) => Promise<StateValue>;

/**
 * What a rule remembers, as one of its calls sees it. Its members are bound, so that a hook
 * may take them out: `const { get, set } = context.state`.
 */
export class HookState implements RuleState {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  readonly get: RuleState["get"] = async (key) => {
    const value = await this.#ask("get", keyOf(key), null);
    return typeof value === "string"
      ? deserialize(Uint8Array.fromBase64(value))
      : value ?? undefined;
  };

  readonly set: RuleState["set"] = async (key, value, options) => {
    await this.#ask("set", keyOf(key), encoded(value), ttlOf(options));
  };

  readonly increment: RuleState["increment"] = async (
    key,
    by = 1,
    options,
  ) => {
    if (!Number.isSafeInteger(by)) {
      throw new TypeError(
        `Cannot add ${
          String(by)
        } to the state's "${key}": a whole number is wanted`,
      );
    }
    return Number(await this.#ask("increment", keyOf(key), by, ttlOf(options)));
  };
}

function keyOf(key: unknown): string {
  if (typeof key === "string" && key !== "") return key;
  throw new TypeError(
    `Cannot use ${Deno.inspect(key)} as a key of the state: a string is wanted`,
  );
}

function encoded(value: unknown): StateValue {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return new Uint8Array(serialize(value)).toBase64();
}

function ttlOf(options: StateOptions | undefined): number | undefined {
  const ttlSeconds = options?.ttlSeconds;
  if (ttlSeconds === undefined) return undefined;
  if (typeof ttlSeconds === "number" && ttlSeconds > 0) {
    return Number.isFinite(ttlSeconds) ? ttlSeconds : undefined;
  }
  throw new TypeError(
    `Cannot keep state for ${
      Deno.inspect(ttlSeconds)
    } seconds: a number above 0 is wanted`,
  );
}
