/**
 * A call on its way through hosts: from the moment it is made until it has its reply,
 * however many hosts it takes.
 */

import type { Decision, Phase } from "../policy/rule.ts";
import type {
  LogLine,
  RuleCall,
  RuleFailure,
  StateAnswer,
  StateRequest,
} from "./protocol.ts";

/** Why there is no opinion of the rule. */
export interface RuleTrouble extends RuleFailure {
  /**
   * - `threw`: the hook threw or rejected.
   * - `invalid`: it returned what is no decision.
   * - `timeout`: it took too long.
   * - `crash`: it ended the host, or used up its memory.
   * - `aside`: it is set aside for doing so too often, and was not asked.
   * - `unavailable`: there is no host to ask.
   */
  readonly kind:
    | "threw"
    | "invalid"
    | "timeout"
    | "crash"
    | "aside"
    | "unavailable";
}

/** A rule's reply, or why there is none. */
export interface RuleReply {
  /** In order; empty for no opinion and with an error. */
  readonly decisions: readonly Decision[];
  /** How long the hook took, in ms; without a reply, how long it was waited for. */
  readonly ms: number;
  /** From the moment it was asked, in ms. */
  readonly waitedMs: number;
  readonly error?: RuleTrouble;
  readonly logs: readonly LogLine[];
}

/** A state request that takes longer, in ms, is the store's delay and not the rule's. */
const SLOW_STORE_MS = 100;

/**
 * Why a call is past its time: its hook waits for something of its own, or for the store,
 * or had little time, since the proxy or the host had others to serve.
 */
export type Delay = "hook" | "store" | "load";

const DELAYS: Readonly<Record<Delay, string>> = {
  hook: "",
  store: ": the store did not answer in time",
  load: ": there was too much else to do",
};

interface Journaled {
  readonly request: string;
  readonly answer: Promise<Omit<StateAnswer, "seq">>;
}

/** One call with what is known of it. */
export class PendingCall {
  readonly call: RuleCall;
  /** The hook that is asked: `request` for a CONNECT where the rule has no `connect`. */
  readonly hook: Phase;
  /** How long that may take. */
  readonly timeoutMs: number;
  readonly reply: Promise<RuleReply>;
  /** Its id in the host that it was sent to. */
  id = 0;
  /** When it was sent there, on the clock of `performance.now`. */
  sentMs: number;
  /** From when on its time is its rule's own, on the clock of its host's `HookTime`. */
  ownFromMs = 0;
  /** How many hosts have ended over it. */
  losses = 0;
  #openRequests = 0;
  #openSinceMs = 0;
  readonly #madeMs: number;
  #resolve!: (reply: RuleReply) => void;
  #reject!: (reason: unknown) => void;
  #journal: Journaled[] | undefined;
  #position = 0;

  constructor(call: RuleCall, hook: Phase, timeoutMs: number) {
    this.#madeMs = this.sentMs = performance.now();
    this.call = call;
    this.hook = hook;
    this.timeoutMs = timeoutMs;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** @param nowMs When the reply came, on the clock of `performance.now`. */
  settle(reply: Omit<RuleReply, "waitedMs">, nowMs: number): void {
    const { decisions, ms, error, logs } = reply;
    const waitedMs = nowMs - this.#madeMs;
    this.#resolve(
      error === undefined
        ? { decisions, ms, waitedMs, logs }
        : { decisions, ms, waitedMs, error, logs },
    );
  }

  fail(kind: RuleTrouble["kind"], message: string): void {
    const nowMs = performance.now();
    const error = { kind, message, trace: [] };
    const ms = nowMs - this.#madeMs;
    this.settle({ decisions: [], ms, error, logs: [] }, nowMs);
  }

  /** Fails: the time is up. */
  timeOut(delay: Delay): void {
    const { timeoutMs } = this;
    this.fail(
      "timeout",
      `did not answer within ${timeoutMs} ms${DELAYS[delay]}`,
    );
  }

  /** Whoever asked waits no longer: rejects the reply. Should one still come, nobody reads it. */
  abandon(reason: unknown): void {
    this.#reject(reason);
  }

  /**
   * Why it is late. Its rule is at fault when at least half of the time was its own.
   *
   * @param nowMs On the clock of `performance.now`.
   * @param hookMs On the clock of its host's `HookTime`.
   */
  delay(nowMs: number, hookMs: number): Delay {
    if (this.#awaitsStore(nowMs)) return "store";
    return (hookMs - this.ownFromMs) * 2 >= this.timeoutMs ? "hook" : "load";
  }

  #awaitsStore(nowMs: number): boolean {
    return this.#openRequests > 0 && nowMs - this.#openSinceMs > SLOW_STORE_MS;
  }

  /** It asks the store something. */
  stateAsked(nowMs: number): void {
    if (this.#openRequests++ === 0) this.#openSinceMs = nowMs;
  }

  /** It has one answer of the store. Returns true when it had to wait long for that. */
  stateAnswered(nowMs: number): boolean {
    const isLate = this.#awaitsStore(nowMs);
    this.#openRequests--;
    return isLate;
  }

  /** It is asked from the start again. */
  rewind(): void {
    this.#position = 0;
  }

  /**
   * The answer to what the call asks of its state. A call that is asked again asks the
   * same again, and gets the answers that it had: nothing is counted twice.
   */
  answer(
    { op, key, value, ttlSeconds }: StateRequest,
    ask: () => Promise<Omit<StateAnswer, "seq">>,
  ): Promise<Omit<StateAnswer, "seq">> {
    const journal = this.#journal ??= [];
    const request = JSON.stringify([op, key, value, ttlSeconds]);
    const position = this.#position++;
    const before = journal[position];
    if (before?.request === request) return before.answer;
    const answer = ask();
    journal.splice(position, Infinity, { request, answer });
    return answer;
  }
}
