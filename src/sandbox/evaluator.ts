/**
 * Asks rules: runs a hook on a call, and makes a reply of what it returns or throws.
 * Hooks that are asynchronous run side by side.
 */

import type { Phase, RuleContext } from "../policy/rule.ts";
import { failureOf } from "./author_trace.ts";
import { encodeReply } from "./host_message.ts";
import type { MarkWriter } from "./mark.ts";
import { WireRequest, WireResponse } from "./message_view.ts";
import type { Outbox } from "./outbox.ts";
import type { LogLine, WireCall } from "./protocol.ts";
import { imageOfOpinion } from "./rule_image.ts";
import { HookContext, type StateClient } from "./rule_context.ts";

/** A hook of an author's, as it was when its file was loaded. */
export type Hook = (message: unknown, context: RuleContext) => unknown;

/** A rule's hooks. */
export type Hooks = { readonly [phase in Phase]?: Hook };

/** What an evaluator works with. */
export interface EvaluatorParts {
  /** By the rule's place in the set. */
  readonly rules: readonly Hooks[];
  readonly outbox: Outbox;
  readonly mark: MarkWriter;
  readonly state: StateClient;
  /** See `failureOf`. */
  readonly folderUrl: string;
}

/** A call that is being asked. */
interface Asked {
  readonly call: WireCall;
  readonly startedMs: number;
  readonly logs: LogLine[];
  /** Set when the reply is out; what is logged then goes its own way. */
  isDone: boolean;
}

/** Runs the hooks of a set. */
export class Evaluator {
  readonly #parts: EvaluatorParts;
  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
  }

  /** Asks a rule. The reply goes to the outbox, at once or later. */
  ask(call: WireCall): void {
    const asked: Asked = {
      call,
      startedMs: performance.now(),
      logs: [],
      isDone: false,
    };
    this.#parts.mark.begin(call.id, call.rule);
    try {
      const opinion = this.#run(asked);
      if (isThenable(opinion)) this.#settle(asked, opinion);
      else this.#reply(asked, opinion);
    } catch (error) {
      this.#fail(asked, error);
    }
  }

  #run(asked: Asked): unknown {
    const { call } = asked;
    const hooks = this.#parts.rules[call.rule];
    const hook = hooks?.[call.phase] ??
      (call.phase === "connect" ? hooks?.request : undefined);
    if (hook === undefined) {
      throw new Error(`Cannot ask the rule: it has no ${call.phase} hook`);
    }
    const message = call.response === undefined
      ? new WireRequest(call.request)
      : new WireResponse(call.response, call.request);
    return hook(message, this.#contextOf(asked));
  }

  #contextOf(asked: Asked): RuleContext {
    const { call } = asked;
    const openState = () => this.#parts.state.of(call.rule, call.id);
    return new HookContext(call.request, openState, (line) => {
      if (asked.isDone) this.#parts.outbox.log({ rule: call.rule, ...line });
      else asked.logs.push(line);
    });
  }

  async #settle(asked: Asked, opinion: PromiseLike<unknown>): Promise<void> {
    try {
      const settled = await opinion;
      this.#parts.mark.begin(asked.call.id, asked.call.rule);
      this.#reply(asked, settled);
    } catch (error) {
      this.#fail(asked, error);
    } finally {
      this.#parts.mark.end();
    }
  }

  #reply(asked: Asked, opinion: unknown): void {
    const isNone = opinion === undefined || opinion === null;
    this.#send(asked, isNone ? undefined : imageOfOpinion(opinion));
  }

  #fail(asked: Asked, error: unknown): void {
    this.#send(asked, undefined, error);
  }

  #send(asked: Asked, opinion: unknown, error?: unknown): void {
    asked.isDone = true;
    const { call: { id, rule }, startedMs, logs } = asked;
    const failure = arguments.length < 3
      ? undefined
      : failureOf(error, this.#parts.folderUrl);
    const ms = performance.now() - startedMs;
    this.#parts.outbox.reply(
      encodeReply({ id, rule, ms, opinion, failure, logs }),
    );
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}
