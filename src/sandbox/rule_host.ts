/**
 * The rule host as the proxy sees it: asks rules of one set, whatever becomes of the
 * processes in which they run. It decides when a process is started and let go, who is to
 * blame when one hangs or ends, and which calls are asked again.
 */

import { CallQueue } from "./call_queue.ts";
import type {
  HostSession,
  SessionEnd,
  SessionOptions,
} from "./host_session.ts";
import { startSession } from "./host_start.ts";
import { sortOut } from "./blame.ts";
import type { Marked } from "./mark.ts";
import type { Delay, PendingCall, RuleReply } from "./pending_call.ts";
import type { LoadedMessage, LogLine, RuleCall } from "./protocol.ts";
import { ASIDE, type HostRule, RuleRoster } from "./rule_roster.ts";
import { answerState } from "./state_answer.ts";
import type { RuleState } from "./rule_state.ts";
import { RuleSetError } from "./rule_set_error.ts";
import type { Strikes } from "./strikes.ts";

/** How often calls are looked at, in ms. */
const SWEEP_MS = 25;
/** Every so many sweeps the memory of a host is looked at. */
const MEMORY_SWEEPS = 4;
/** After a start that failed, how long until the next. */
const RETRY_MS = 1_000;
/** A host that ends sooner than so after its start is not started again until it is needed. */
const STEADY_MS = 5_000;
/** After how many sweeps without a call a retired host's process ends. */
const IDLE_SWEEPS = 80;

/** What goes on in a host, for the log. */
export interface HostEvents {
  /** A line that a rule wrote outside of a call; `rule` is undefined where that is not known. */
  log(rule: string | undefined, line: LogLine): void;
  /** A host ended or was ended; `rule` is whose fault that is, if anyone's. */
  lost(rule: string | undefined, why: string): void;
  /** A rule was set aside. */
  setAside(rule: string): void;
  /** Standard error of a host: nothing that a rule wrote. */
  complaint(line: string): void;
}

/** What all hosts of a proxy share. */
export interface HostParts {
  readonly state: RuleState;
  readonly strikes: Strikes;
  readonly events: HostEvents;
}

/** A set's host. */
export class RuleHost {
  #options: SessionOptions;
  readonly #parts: HostParts;
  readonly #rules: RuleRoster;
  readonly #sessions = new Set<HostSession>();
  readonly #queue = new CallQueue();
  #live: HostSession | undefined;
  #isStarting = false;
  #notBeforeMs = 0;
  #startedMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #sweeps = 0;
  #idleSweeps = 0;
  #isRetired = false;
  #isClosed = false;

  /** @param options With `modules`, those run, whatever the files are now. */
  constructor(options: SessionOptions, parts: HostParts) {
    this.#options = options;
    this.#parts = parts;
    this.#rules = new RuleRoster(parts);
  }

  /**
   * Loads the rules. From then on the modules are kept: every process of this host runs
   * the same.
   *
   * @throws {RuleSetError} when that takes too long or ends the process. What is wrong
   * with single files is in what comes back.
   */
  async load(): Promise<LoadedMessage> {
    this.#isStarting = true;
    const { session, loaded } = this.#open();
    try {
      const message = await loaded;
      this.#options = { ...this.#options, modules: message.modules };
      this.#live = session;
      return message;
    } catch (error) {
      this.#sessions.delete(session);
      throw error;
    } finally {
      this.#isStarting = false;
    }
  }

  /** Says what the rules are, before the first is asked. */
  use(rules: readonly HostRule[]): void {
    this.#rules.use(rules);
  }

  /** How many processes run. */
  get processes(): number {
    return this.#sessions.size;
  }

  isSetAside(rule: number): boolean {
    return this.#rules.isSetAside(rule);
  }

  /** Asks a rule. Never rejects: what goes wrong is the reply's `error`. */
  ask(call: RuleCall): Promise<RuleReply> {
    return this.begin(call).reply;
  }

  /** Asks a rule, like {@linkcode ask}, on behalf of somebody who may abandon the call. */
  begin(call: RuleCall): PendingCall {
    const pending = this.#rules.callOf(call);
    if (this.#rules.isSetAside(call.rule)) pending.fail("aside", ASIDE);
    else this.#dispatch(pending);
    return pending;
  }

  /** Lets the process go when it has nothing to do; a later call starts another. */
  retire(): void {
    this.#isRetired = true;
  }

  /** Ends everything. Calls under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const gone = [...this.#sessions].map((session) => {
      session.end("closed");
      return session.gone;
    });
    await Promise.all(gone);
    this.#failAll(CLOSING);
  }

  #dispatch(pending: PendingCall): void {
    if (this.#isClosed) {
      return pending.fail("unavailable", CLOSING);
    }
    const live = this.#live;
    if (live !== undefined && !this.#queue.isHeld) return live.send(pending);
    if (live === undefined && performance.now() < this.#notBeforeMs) {
      return pending.fail("unavailable", "the rule host does not start");
    }
    this.#queue.add(pending);
    if (live === undefined && !this.#isStarting) this.#start();
  }

  async #start(): Promise<void> {
    if (this.#isStarting || this.#isClosed) return;
    this.#isStarting = true;
    const { session, loaded } = this.#open();
    try {
      await loaded;
      this.#live = session;
    } catch (error) {
      if (!(error instanceof RuleSetError)) throw error;
      this.#sessions.delete(session);
      this.#notBeforeMs = performance.now() + RETRY_MS;
      this.#parts.events.lost(undefined, error.message);
    }
    this.#isStarting = false;
    if (this.#live !== undefined) this.#askWaiting();
    else this.#failAll("the rule host does not start");
  }

  #askWaiting(): void {
    if (this.#live === undefined) return;
    for (const pending of this.#queue.next()) {
      pending.sentMs = performance.now();
      this.#live.send(pending);
    }
  }

  #settled(pending: PendingCall): void {
    if (this.#queue.settled(pending)) this.#askWaiting();
  }

  #open() {
    this.#startedMs = performance.now();
    const starting = startSession(this.#options, {
      overdue: (call, delay) => this.#overdue(starting.session, call, delay),
      state: (request, call) =>
        answerState(request, call, this.#rules, this.#parts.state),
      settled: (call) => this.#settled(call),
      log: ({ rule, ...line }) =>
        this.#parts.events.log(this.#rules.nameOf(rule), line),
      complaint: (line) => this.#parts.events.complaint(line),
      ended: (end, marked, calls) =>
        this.#ended(starting.session, { end, marked, calls }),
    });
    this.#sessions.add(starting.session);
    this.#startTimer();
    return starting;
  }

  /** A hook that waits for ever: others are not held up, but what it began must end. */
  #overdue(session: HostSession, pending: PendingCall, delay: Delay): void {
    const isAtFault = delay === "hook";
    if (isAtFault) {
      this.#rules.strike(pending.call.rule, "its hook did not finish in time");
    }
    pending.timeOut(delay);
    this.#settled(pending);
    if (!isAtFault && !session.isCluttered) return;
    if (this.#live === session && !this.#isStarting) this.#start();
  }

  #ended(
    session: HostSession,
    { end, marked, calls }: {
      end: SessionEnd;
      marked: Marked;
      calls: readonly PendingCall[];
    },
  ): void {
    this.#sessions.delete(session);
    if (this.#live === session) this.#live = undefined;
    if (this.#isClosed) {
      for (const call of calls) call.fail("unavailable", CLOSING);
      return;
    }
    const { culprit, suspects, others } = sortOut(
      marked,
      calls,
      (call) => end !== "hung" || this.#queue.isAskedAlone(call),
    );
    if (culprit !== undefined) this.#blame(culprit, end);
    else if (end !== "closed") this.#blameBackground(marked, end);
    this.#queue.giveBack(
      this.#rules.survivorsOf(suspects),
      this.#rules.survivorsOf(others),
    );
    if (this.#live !== undefined) this.#askWaiting();
    else if (this.#queue.size > 0) this.#start();
    else if (!this.#isRetired && this.#wasSteady()) this.#start();
  }

  #wasSteady(): boolean {
    return performance.now() - this.#startedMs > STEADY_MS;
  }

  /** No call is at fault: what a rule had left running is, if anything is known of it. */
  #blameBackground({ background }: Marked, end: SessionEnd): void {
    const why = `what it had left running: ${ENDINGS[end]}`;
    if (background !== undefined) this.#rules.strike(background, why);
    else this.#parts.events.lost(undefined, ENDINGS[end]);
  }

  #blame(culprit: PendingCall, end: SessionEnd): void {
    this.#rules.strike(culprit.call.rule, ENDINGS[end]);
    if (end === "hung") culprit.timeOut("hook");
    else culprit.fail("crash", ENDINGS[end]);
  }

  #failAll(why: string): void {
    for (const pending of this.#queue.takeAll()) {
      pending.fail("unavailable", why);
    }
  }

  #startTimer(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
    Deno.unrefTimer(this.#timer);
  }

  #sweep(): void {
    const isMemoryDue = ++this.#sweeps % MEMORY_SWEEPS === 0;
    for (const session of this.#sessions) {
      session.sweep();
      if (isMemoryDue) session.checkMemory();
      const isReplaced = session !== this.#live && !this.#isStarting;
      if (isReplaced && session.isIdle) session.end("closed");
    }
    this.#sweepRetired();
    if (this.#sessions.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #sweepRetired(): void {
    const isIdle = this.#isRetired && this.#live?.isIdle === true;
    this.#idleSweeps = isIdle ? this.#idleSweeps + 1 : 0;
    if (this.#idleSweeps >= IDLE_SWEEPS) this.#live?.end("closed");
  }
}

const CLOSING = "the proxy is closing";

const ENDINGS: Readonly<Record<SessionEnd, string>> = {
  exited: "ended the rule host",
  hung: "held the rule host for too long",
  memory: "used too much memory",
  protocol: "wrote where only the rule host may write",
  closed: "was closed",
};
