/**
 * What the proxy and a rule host say to each other: lines of JSON, each an array that
 * begins with its kind. A line from the host begins with a token that rules never see.
 * Both ends check what they read (proxy_message.ts, host_message.ts); a line that the
 * protocol does not have ends the host. Types only.
 */

import type { Phase } from "../policy/rule.ts";

/** A module as the host loaded it: what is needed to load the same again. */
export interface ModuleSource {
  /** `file:` URL. */
  readonly url: string;
  /** The file's text. */
  readonly text: string;
  /** The text without types, as it runs; undefined for what is not code. */
  readonly code?: string;
}

/** The first line to a host. */
export interface StartMessage {
  /** What every line from the host begins with. */
  readonly token: string;
  /** The rules folder, absolute, without symbolic links. */
  readonly folder: string;
  /** Further files and folders that rules may read and import from. */
  readonly readable: readonly string[];
  /** The rule files' names, in order. */
  readonly files: readonly string[];
  /** Where the host marks which call it runs: see `Mark`. */
  readonly markPath: string;
  /** Modules to take from here, whatever the files are now. */
  readonly modules: readonly ModuleSource[];
}

/** Why a rule file can't be loaded. Lines and columns count from 1. */
export interface RuleProblem {
  /** The file's path from the rules folder. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** The host's answer to the start. */
export interface LoadedMessage {
  /** One for each file, `null` for one with a problem. */
  readonly rules: readonly unknown[];
  readonly problems: readonly RuleProblem[];
  readonly modules: readonly ModuleSource[];
}

/** A request as rules see it, without methods. */
export interface RequestData {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly query: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly clientIp: string;
  readonly clientPort: number;
  readonly user?: string | undefined;
  /** When the request came, in ms since 1970. */
  readonly timeMs: number;
  readonly body?: string | Uint8Array | undefined;
}

/** A response as rules see it, without methods. */
export interface ResponseData {
  readonly status: number;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly body?: string | Uint8Array | undefined;
}

/** One question to one rule. */
export interface RuleCall {
  /** The rule's place in the set. */
  readonly rule: number;
  /** Which message is judged. A rule without a `connect` hook is asked by its `request` hook. */
  readonly phase: Phase;
  readonly request: RequestData;
  /** In the response phase. */
  readonly response?: ResponseData | undefined;
}

/** What a rule wrote to the log while it was asked. */
export interface LogLine {
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Why a rule failed. */
export interface RuleFailure {
  readonly message: string;
  /** The author's own lines, such as `at check (10_ads.ts:12:3)`. */
  readonly trace: readonly string[];
}

/** A host's reply to one call. */
export interface HostReply {
  readonly id: number;
  readonly rule: number;
  /** How long the hook took, in ms. */
  readonly ms: number;
  /** The image of what the hook returned; undefined for nothing. */
  readonly opinion: unknown;
  readonly failure?: RuleFailure | undefined;
  readonly logs: readonly LogLine[];
}

/** Something that a rule asks of its state. */
export interface StateRequest {
  readonly seq: number;
  /** The call by which it is asked, which may have ended. */
  readonly call: number;
  readonly rule: number;
  readonly op: "get" | "set" | "increment";
  readonly key: string;
  /** `set`: the value, see {@link StateValue}; `increment`: the number to add. */
  readonly value: StateValue;
  readonly ttlSeconds?: number | undefined;
}

/** A finite number as itself, everything else as base64 of its structured clone; `null` for nothing. */
export type StateValue = number | string | null;

/** The proxy's answer to a {@link StateRequest}. */
export interface StateAnswer {
  readonly seq: number;
  readonly value?: StateValue;
  readonly error?: string;
}

/** A line that some rule wrote outside of a call. `rule` is -1 where it is not known which. */
export interface StrayLog extends LogLine {
  readonly rule: number;
}

/** What a host says. */
export type HostMessage =
  | { readonly kind: "loaded"; readonly loaded: LoadedMessage }
  | { readonly kind: "done"; readonly replies: readonly HostReply[] }
  | { readonly kind: "state"; readonly requests: readonly StateRequest[] }
  | { readonly kind: "log"; readonly lines: readonly StrayLog[] }
  | { readonly kind: "pong"; readonly seq: number };

/** What the proxy says, after the start. */
export type ProxyMessage =
  | { readonly kind: "ask"; readonly calls: readonly WireCall[] }
  | { readonly kind: "state"; readonly answers: readonly StateAnswer[] }
  | { readonly kind: "ping"; readonly seq: number };

/** A call with its id, as it reached the host. */
export interface WireCall extends RuleCall {
  readonly id: number;
}
