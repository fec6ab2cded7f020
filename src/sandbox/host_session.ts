/**
 * One host process with the calls that it has: sends calls in batches, matches replies
 * with calls, and notices when the host is overdue. Whoever owns the session decides
 * what becomes of calls that it loses.
 */

import { CallRing } from "./call_ring.ts";
import { readHostMessage } from "./host_message.ts";
import { HookTime } from "./hook_time.ts";
import { HostProcess, type HostProcessOptions } from "./host_process.ts";
import { ProtocolError } from "./json_shape.ts";
import { type Marked, MarkReader } from "./mark.ts";
import type { Delay, PendingCall } from "./pending_call.ts";
import type {
  HostMessage,
  HostReply,
  LoadedMessage,
  StartMessage,
  StateAnswer,
  StateRequest,
  StrayLog,
} from "./protocol.ts";
import { encodeCall, encodeStateAnswer } from "./proxy_message.ts";
import { replyOf } from "./reply_of.ts";

/** How long a host that nobody holds may take to answer, in ms. */
const PONG_MS = 250;
/** A host with so many hooks that never ended is to be replaced. */
const MAX_GIVEN_UP = 1_000;
/** Calls go out together until they are so long. */
const MAX_BATCH_CHARS = 1024 * 1024;

/** Why a session ended. */
export type SessionEnd = "exited" | "hung" | "memory" | "protocol" | "closed";

/** Who hears of a session. */
export interface SessionOwner {
  loaded(loaded: LoadedMessage): void;
  /** The call's hook is past its time, and the host is not held by it. The session has dropped it. */
  overdue(call: PendingCall, delay: Delay): void;
  /** @param call Undefined when the call that asks has ended. */
  state(
    request: StateRequest,
    call: PendingCall | undefined,
  ): Promise<Omit<StateAnswer, "seq">>;
  /** A call has its reply. */
  settled(call: PendingCall): void;
  log(line: StrayLog): void;
  complaint(line: string): void;
  /** @param calls Those without a reply, in the order in which they were sent. */
  ended(end: SessionEnd, marked: Marked, calls: readonly PendingCall[]): void;
}

/** What a session starts with, beside what the process does. */
export type SessionOptions =
  & Omit<HostProcessOptions, "markPath">
  & Pick<StartMessage, "files" | "modules">
  & { readonly maxResidentBytes: number };

interface Ping {
  readonly seq: number;
  readonly sentMs: number;
  /** The same on the clock of the host's time. */
  readonly sentHostMs: number;
}

/** A host at work. */
export class HostSession {
  readonly #owner: SessionOwner;
  readonly #process: HostProcess;
  readonly #mark = new MarkReader();
  readonly #token = crypto.randomUUID();
  readonly #maxResidentBytes: number;
  readonly #pending = new CallRing<PendingCall>();
  /** Calls whose reply nobody waits for any more, should it still come. */
  readonly #givenUp = new Set<number>();
  /** What the host had to answer a ping. */
  readonly #hostTime = new HookTime();
  /** What it had to go on with hooks that wait. */
  readonly #hookTime = new HookTime();
  #unsent = "";
  #lastId = 0;
  #openRequests = 0;
  #ping: Ping | undefined;
  #end: SessionEnd | undefined;

  constructor(options: SessionOptions, owner: SessionOwner) {
    this.#owner = owner;
    this.#maxResidentBytes = options.maxResidentBytes;
    const { folder, files, modules, grants } = options;
    const markPath = this.#mark.path;
    this.#process = new HostProcess({ ...options, markPath }, {
      line: (line) => this.#read(line),
      complaint: (line) => owner.complaint(line),
      ended: (error) => this.#ended(error),
    });
    const start: StartMessage = {
      token: this.#token,
      folder,
      readable: grants.read,
      files,
      markPath,
      modules,
    };
    this.#process.write(JSON.stringify(start) + "\n");
  }

  /** True when nothing is under way. */
  get isIdle(): boolean {
    return this.#pending.size === 0 && this.#openRequests === 0;
  }

  /** Too many of its hooks never ended. */
  get isCluttered(): boolean {
    return this.#givenUp.size > MAX_GIVEN_UP;
  }

  /** The process is gone. */
  get gone(): Promise<void> {
    return this.#process.gone;
  }

  get marked(): Marked {
    return this.#mark.read();
  }

  /** Asks. All calls of one turn of the event loop go out together. */
  send(call: PendingCall): void {
    call.id = ++this.#lastId;
    call.ownFromMs = this.#hookTime.ms;
    this.#pending.add(call);
    if (this.#unsent === "") queueMicrotask(this.#flush);
    this.#unsent += "," + encodeCall(call.id, call.call);
    if (this.#unsent.length > MAX_BATCH_CHARS) this.#flush();
  }

  /** Ends the host; {@linkcode SessionOwner.ended} follows. */
  end(why: SessionEnd): void {
    this.#end ??= why;
    this.#process.kill();
  }

  /** Looks for calls that are overdue. Called every so often. */
  sweep(): void {
    const now = performance.now();
    const { running, isReading = false } = this.#moveTime(now);
    if (isReading || !this.#isOverdue(now)) return;
    if (running === undefined) this.#sweepIdle(now);
    else if (this.#holdsTooLong(running)) this.end("hung");
  }

  /** Looks at how much memory the host holds. */
  checkMemory(): void {
    const bytes = this.#process.residentBytes() ?? 0;
    if (bytes > this.#maxResidentBytes) this.end("memory");
  }

  #moveTime(now: number): Marked {
    // Without a call nobody's time counts, and the mark may be closed.
    const marked = this.#pending.size === 0 ? NOTHING : this.#mark.read();
    const { running, isReading = false } = marked;
    const isBusy = isReading || running !== undefined ||
      this.#process.isWriting;
    this.#hostTime.move(now, !isReading);
    this.#hookTime.move(now, !isBusy);
    return marked;
  }

  #isOverdue(now: number): boolean {
    return this.#pending.inOrder()
      .some(({ sentMs, timeoutMs }) => now - sentMs > timeoutMs);
  }

  #holdsTooLong({ id, sinceMs }: { id: number; sinceMs: number }): boolean {
    const call = this.#pending.get(id);
    return call !== undefined && Date.now() - sinceMs > call.timeoutMs;
  }

  /** No hook holds the host, so it should answer, and what it owes with it. */
  #sweepIdle(now: number): void {
    const sentHostMs = this.#hostTime.ms;
    if (this.#ping === undefined) {
      this.#ping = { seq: this.#lastId, sentMs: now, sentHostMs };
      this.#process.write(`["ping",${this.#lastId}]\n`);
    } else if (sentHostMs - this.#ping.sentHostMs > PONG_MS) this.end("hung");
  }

  /** Replies come before the answer to a ping: what is not there by then was not made. */
  #pong(seq: number): void {
    const ping = this.#ping;
    this.#ping = undefined;
    if (ping?.seq !== seq) throw new ProtocolError(`Cannot take pong ${seq}`);
    for (const call of this.#pending.inOrder()) {
      if (call.id > seq || ping.sentMs - call.sentMs <= call.timeoutMs) {
        continue;
      }
      this.#pending.take(call.id);
      this.#givenUp.add(call.id);
      const delay = call.delay(performance.now(), this.#hookTime.ms);
      this.#owner.overdue(call, delay);
    }
  }

  readonly #flush = (): void => {
    const calls = this.#unsent;
    if (calls === "") return;
    this.#unsent = "";
    this.#process.write(`["ask"${calls}]\n`);
  };

  #read(line: string): void {
    if (this.#end !== undefined) return;
    if (!line.startsWith(this.#token)) {
      throw new ProtocolError("Cannot take a line that the host did not write");
    }
    this.#take(readHostMessage(line.slice(this.#token.length)));
  }

  #take(message: HostMessage): void {
    switch (message.kind) {
      case "done": {
        const nowMs = performance.now();
        for (const reply of message.replies) this.#done(reply, nowMs);
        return;
      }
      case "state":
        for (const request of message.requests) this.#state(request);
        return;
      case "log":
        for (const line of message.lines) this.#owner.log(line);
        return;
      case "pong":
        return this.#pong(message.seq);
      case "loaded":
        return this.#owner.loaded(message.loaded);
    }
  }

  #done(reply: HostReply, nowMs: number): void {
    const call = this.#pending.take(reply.id);
    if (call === undefined) {
      if (this.#givenUp.delete(reply.id)) return;
      throw new ProtocolError(`Cannot take a reply to call ${reply.id}`);
    }
    if (call.call.rule !== reply.rule) {
      this.#pending.add(call);
      throw new ProtocolError(`Cannot take rule ${reply.rule}'s reply`);
    }
    call.settle(replyOf(reply, call), nowMs);
    this.#owner.settled(call);
  }

  async #state(request: StateRequest): Promise<void> {
    this.#openRequests++;
    const call = this.#pending.get(request.call);
    call?.stateAsked(performance.now());
    const answer = await this.#owner.state(request, call);
    if (call?.stateAnswered(performance.now())) {
      call.ownFromMs = this.#hookTime.ms;
    }
    this.#openRequests--;
    const { seq } = request;
    const fields = encodeStateAnswer({ seq, ...answer });
    this.#process.write(`["state",${JSON.stringify(fields)}]\n`);
  }

  #ended(error: ProtocolError | undefined): void {
    if (error !== undefined) this.#end ??= "protocol";
    const marked = this.#mark.read();
    this.#mark.close();
    const calls = this.#pending.inOrder();
    for (const { id } of calls) this.#pending.take(id);
    this.#owner.ended(this.#end ?? "exited", marked, calls);
  }
}

const NOTHING: Marked = { lastStarted: 0, running: undefined };
