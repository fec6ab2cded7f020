/**
 * The contract between Sluice and the author of a rule: types only, nothing at run
 * time, so that a rule imports this file with `import type` and needs nothing else.
 * A file `rules/*.ts` default-exports one {@linkcode Rule}; files run in the order of
 * their names, numbers by value (`9_` before `10_`).
 *
 * @example
 * ```ts
 * import type { Rule } from "../src/policy/rule.ts";
 *
 * export default {
 *   description: "No installers from strangers",
 *   match: { path: ["*.exe", "*.msi"], not: { host: "*.example.com" } },
 *   request: () => ({ action: "block", reason: "installers are not allowed" }),
 * } satisfies Rule;
 * ```
 */

/**
 * One rule: which requests it looks at, and what it decides about them.
 *
 * At least one of the hooks `connect`, `request` and `response` is needed. A hook may
 * be asynchronous. It returns one {@linkcode Decision}, a list of them, or nothing
 * (`undefined`, `null` or `[]`) when it has no opinion. Anything else is an error of
 * the rule's.
 */
export interface Rule {
  /**
   * The name in logs, statistics and answers, and the prefix of the rule's state. Not `lists`
   * or `rate-limit`: so the proxy calls decisions of its own.
   *
   * Default: the file's name without its number and ending: `10_no_ads.ts` is `no_ads`.
   */
  name?: string;

  /** What the rule is for, in a sentence; shown on the pages. */
  description?: string;

  /**
   * - `enforce`: decide and act.
   * - `report`: decide and record, don't act: a trial. A failure is recorded and passes.
   * - `off`: don't ask the rule.
   *
   * Default: `enforce`.
   */
  mode?: "enforce" | "report" | "off";

  /**
   * What becomes of an exchange whose hook throws, returns nonsense, takes too long or
   * ends its process.
   *
   * - `block`: it gets a 503 that names the rule. The rule fails closed.
   * - `skip`: it goes on as if the rule had said nothing.
   *
   * Default: `block`.
   */
  onError?: "block" | "skip";

  /** How long a hook may take, in milliseconds. Default: `--rule-timeout`, 1000. */
  timeoutMs?: number;

  /**
   * Which requests the rule is asked about. Judged in the proxy: a request that does not
   * match costs no call.
   *
   * Default: every request.
   */
  match?: Match;

  /** Which bodies the hooks want to read. Default: none; bodies stream past the rule. */
  needs?: Needs;

  /**
   * Asked once for every tunnel (the method CONNECT), before the connection is made.
   *
   * A rule without this hook is asked by its `request` hook instead, with the method
   * CONNECT and an empty path. There, `rewrite` and `cache` have no effect, and `respond`
   * and `redirect` end the CONNECT with that answer.
   *
   * @example
   * ```ts
   * connect: ({ port }) =>
   *   port === 443 ? undefined : { action: "block", reason: "TLS only" },
   * ```
   */
  connect?(request: ConnectView, context: RuleContext): HookResult;

  /**
   * Asked once for every request, before the cache is looked at and before the origin is
   * asked; also for requests that the cache then answers.
   *
   * @example
   * ```ts
   * request: ({ query }) =>
   *   query.includes("debug=") ? { action: "allow", reason: "debugging" } : undefined,
   * ```
   */
  request?(request: RequestView, context: RuleContext): HookResult;

  /**
   * Asked once for what the origin answered, before it is stored: what the cache keeps is
   * the rewritten response. Not asked for answers from the cache.
   *
   * @example
   * ```ts
   * response: ({ status }) =>
   *   status === 404 ? { action: "cache", ttlSeconds: 60 } : undefined,
   * ```
   */
  response?(response: ResponseView, context: RuleContext): HookResult;
}

/** What a hook may return; {@linkcode Opinion} or a promise of it. */
export type HookResult = Opinion | Promise<Opinion>;

/**
 * One decision, several in their order, or none. At most 100 decisions, of 10,000 values and
 * 1 MiB of text in all, beside bodies; a body has at most 64 MiB as JSON, which is 47 MiB of
 * bytes. More is an error of the rule's.
 */
export type Opinion = Decision | readonly Decision[] | null | undefined | void;

/** When a hook runs: for a CONNECT, for a request, for an origin's response. */
export type Phase = "connect" | "request" | "response";

/** Which bodies a rule's hooks read. */
export interface Needs {
  /** `text`: as a string, decoded as its charset says. `bytes`: as a `Uint8Array`. Default: not read. */
  requestBody?: "text" | "bytes";

  /** The same for the response's body. Default: not read. */
  responseBody?: "text" | "bytes";

  /** The longest body that is read, in bytes, after its content coding (gzip, deflate, br, zstd) is undone. Default: 1048576 (1 MiB). */
  maxBytes?: number;

  /**
   * What happens to a message whose body is longer, or has a content coding that can't be undone.
   *
   * - `skip`: the rule is not asked, and the body streams.
   * - `block`: the exchange is blocked, and the answer names the rule: 413 for a request, 403
   *   for a response.
   *
   * Default: `skip`.
   */
  onOverflow?: "skip" | "block";
}

/** One value, or a list of which any will do. */
export type OneOrMore<T> = T | readonly T[];

/** A day of the week. */
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/**
 * Which requests a rule is asked about. Each field is one value or a list, of which any
 * has to fit; of several fields all have to fit. `{}` fits every request.
 *
 * Text is a pattern without case: `*` is any run of characters, slashes and dots included;
 * everything else stands for itself. There are no regular expressions here: those belong in
 * a hook.
 *
 * A request is judged in canonical form, so that spelling dodges no rule: the host in lower
 * case, without a trailing dot, international names as punycode; the path with
 * percent-escapes of plain characters decoded, dot segments and doubled slashes resolved.
 *
 * @example Programs and archives from anywhere but home, in office hours
 * ```ts
 * match: {
 *   path: ["*.exe", "*.zip"],
 *   hours: "08:00-18:00",
 *   days: "mon-fri",
 *   not: { host: ".example.com" },
 * }
 * ```
 */
export interface Match {
  /**
   * `example.com` is that host alone, `*.example.com` its sub-domains, `.example.com` both.
   * An address is written without brackets: `::1`. Ports have their own field.
   */
  host?: OneOrMore<string>;

  /** The path without its query, such as `/downloads/*` or `*.exe`. Begins with `/` or `*`. */
  path?: OneOrMore<string>;

  /** The request method, such as `POST`; `CONNECT` for a tunnel. */
  method?: OneOrMore<string>;

  /** `https` is what is intercepted, and every CONNECT. */
  scheme?: OneOrMore<"http" | "https">;

  /** The origin's port, 1 to 65535. */
  port?: OneOrMore<number>;

  /** The client's address, or a range of them: `192.0.2.7`, `10.0.0.0/8`, `fd00::/8`. */
  client?: OneOrMore<string>;

  /** The user as whom the client signed in; a client that did not fits no pattern. */
  user?: OneOrMore<string>;

  /**
   * Fields of the request's header by name, each with a pattern for its value (or a list of
   * patterns): `{ "user-agent": "curl/*" }`. A field that is missing fits no pattern; `"*"`
   * fits any that is there. Several names: all have to fit.
   */
  header?: { readonly [name: string]: OneOrMore<string> };

  /**
   * The response's media type, without parameters: `text/html`, `image/*`. A rule with this
   * field, anywhere in its match, is asked in the response phase only.
   */
  contentType?: OneOrMore<string>;

  /**
   * From the first minute to before the last, by the machine's local time: `08:00-18:00`;
   * over midnight `22:00-06:00`.
   */
  hours?: OneOrMore<string>;

  /**
   * A day or a range of days, by the machine's local time: `sat`, `mon-fri`, `fri-mon`. The
   * day is that of the moment: at 03:00 on a Saturday it is `sat`, whatever `hours` says.
   */
  days?: OneOrMore<Weekday | `${Weekday}-${Weekday}`>;

  /** Must not fit. */
  not?: Match;

  /** At least one of these must fit. */
  any?: readonly Match[];
}

/** Who sent the request. */
export interface ClientView {
  /** The address, IPv6 without brackets. */
  readonly ip: string;
  readonly port: number;
  /** The name as whom the client signed in to the proxy; missing where it did not. */
  readonly user?: string;
}

/** Header fields, read only: what `Headers` has without what changes it. Names are without case. */
export interface HeadersView {
  /** The value; several fields of one name are joined by `, `. `null` for none. */
  get(name: string): string | null;
  has(name: string): boolean;
  /** The values of Set-Cookie, one a field. */
  getSetCookie(): string[];
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  forEach(visit: (value: string, name: string) => void): void;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}

/** A request, as the rules before this one left it. */
export interface RequestView {
  /** The exchange's id, as in the log and in answers. */
  readonly id: string;
  /** Such as `GET`; `CONNECT` when a tunnel is asked for. */
  readonly method: string;
  /** The whole URL as the client spelled it; `host:port` for CONNECT. */
  readonly url: string;
  /** `https` for what is intercepted and for CONNECT. */
  readonly scheme: "http" | "https";
  /** In canonical form: lower case, no trailing dot, punycode, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** In canonical form, without the query: see {@linkcode Match}. `""` for CONNECT. */
  readonly path: string;
  /** As it came, with its `?`; `""` for none. Read it with `new URLSearchParams(query)`. */
  readonly query: string;
  readonly headers: HeadersView;
  readonly client: ClientView;
  /** When the request came. */
  readonly time: Date;
  /**
   * The body, where `needs.requestBody` asks for it: a string for `text`, a `Uint8Array` for
   * `bytes`. Content codings are undone.
   */
  readonly body?: string | Uint8Array;
}

/** A CONNECT request: a client wants a tunnel to a host and port. */
export interface ConnectView {
  /** The exchange's id, as in the log and in answers. */
  readonly id: string;
  readonly method: "CONNECT";
  /** `host:port`, as the client spelled it. */
  readonly url: string;
  readonly scheme: "https";
  /** In canonical form: lower case, no trailing dot, punycode, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly path: "";
  readonly query: "";
  readonly headers: HeadersView;
  readonly client: ClientView;
  /** When the request came. */
  readonly time: Date;
}

/** An origin's response, as the rules before this one left it. */
export interface ResponseView {
  /** 200 to 599. */
  readonly status: number;
  readonly headers: HeadersView;
  /**
   * The body, where `needs.responseBody` asks for it: a string for `text`, a `Uint8Array` for
   * `bytes`. Content codings are undone.
   */
  readonly body?: string | Uint8Array;
  /**
   * The request as it went out, after all rewriting; with its body where `needs.requestBody`
   * asks for it and it is no longer than `maxBytes`.
   */
  readonly request: RequestView;
}

/** What a hook gets beside the message. */
export interface RuleContext {
  /** The exchange's id, as in the log and in answers. */
  readonly id: string;
  /** The time at which the hook is asked. */
  readonly now: Date;
  readonly client: { readonly ip: string; readonly user?: string };
  /** What the rule remembers from one exchange to the next. */
  readonly state: RuleState;
  /**
   * Writes a line to the program's log, under the rule's name: at most 100 a call, each cut
   * at 8,192 characters. `console.log` does the same.
   *
   * @param fields Values to go with it; anything that JSON can hold.
   */
  log(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/**
 * Values that outlive the exchange, a reload and a restart. Each rule has its own; none sees
 * another's. A key is a string of at most 1,024 bytes, a value anything that
 * `structuredClone` can copy, of at most 64 KiB.
 */
export interface RuleState {
  /** The value, or `undefined` when there is none or its time is up. */
  get(key: string): Promise<unknown>;

  /** Stores a value. Without `ttlSeconds` it stays until it is replaced. */
  set(key: string, value: unknown, options?: StateOptions): Promise<void>;

  /**
   * Adds to a number and returns the sum, atomically: of a hundred increments at once none
   * is lost. A missing value counts as 0.
   *
   * @param by How much, a whole number; may be negative. Default: 1.
   * @param options `ttlSeconds` counts from the increment that makes the value.
   */
  increment(key: string, by?: number, options?: StateOptions): Promise<number>;
}

/** How a value is stored. */
export interface StateOptions {
  /** After how many seconds the value is gone. Default: never. */
  ttlSeconds?: number;
}

/**
 * What a rule decides, told apart by `action`. `block`, `respond`, `redirect` and `allow` end
 * the phase: no further rule is asked in it. Every decision's rule and reason reach the log
 * and the statistics, the final one's also the answer's `Proxy-Status`.
 */
export type Decision =
  | Allow
  | Block
  | Respond
  | Redirect
  | Rewrite
  | Cache
  | Limit
  | Intercept
  | Tunnel;

/**
 * Header fields to send, by name: a value, or a list of values that becomes several fields.
 * At most 100 fields of 32 KiB in all.
 */
export type HeaderRecord = {
  readonly [name: string]: string | readonly string[];
};

/**
 * Lets the exchange pass: no further rule is asked in this phase. Does not lift a list's block.
 *
 * @example
 * ```ts
 * { action: "allow", addresses: "10.20.0.0/16", reason: "the intranet" }
 * ```
 */
export interface Allow {
  action: "allow";
  /**
   * Request and CONNECT: addresses (`192.0.2.7`) and ranges of them (`10.20.0.0/16`), at most
   * 100, that this one exchange or tunnel may lead to although `--private-addresses deny`
   * closes them. Since no further rule is asked, none can send the exchange elsewhere with it.
   * What a list blocks, and the proxy itself, stay closed. An intercepted tunnel's requests
   * are asked about one by one.
   */
  addresses?: OneOrMore<string>;
  reason?: string;
}

/**
 * Refuses the exchange.
 *
 * @example
 * ```ts
 * { action: "block", reason: "no gambling here" }
 * ```
 */
export interface Block {
  action: "block";
  /** Why, for the client and the log. Cut at 500 characters, as all reasons are. */
  reason: string;
  /** 200 to 599. Default: 403. */
  status?: number;
  /** Default: a page (HTML or JSON by Accept) that names rule and reason. */
  body?: string | Uint8Array;
  /** Further header fields of the answer. */
  headers?: HeaderRecord;
}

/**
 * Answers without the origin; in the response phase, instead of what the origin answered.
 *
 * @example
 * ```ts
 * {
 *   action: "respond",
 *   status: 200,
 *   headers: { "content-type": "application/json" },
 *   body: JSON.stringify({ mocked: true }),
 * }
 * ```
 */
export interface Respond {
  action: "respond";
  /** 200 to 599. */
  status: number;
  headers?: HeaderRecord;
  /** Default: none. A string is sent as UTF-8. */
  body?: string | Uint8Array;
  reason?: string;
}

/**
 * Sends the client elsewhere; in the response phase, instead of what the origin answered.
 *
 * @example
 * ```ts
 * { action: "redirect", location: "https://intranet.example/moved", status: 301 }
 * ```
 */
export interface Redirect {
  action: "redirect";
  /** An http or https URL, or one relative to the request's, such as `/login`; percent-encoded. */
  location: string;
  /** 301, 302, 303, 307 or 308. Default: 302. */
  status?: number;
  reason?: string;
}

/**
 * Changes the request before it goes out, or the response before it is stored and sent. The
 * next rule sees what this one made of it. Fields that frame a message or belong to a hop
 * (Host, Content-Length, Transfer-Encoding, Connection, …) can't be set: the proxy makes them.
 *
 * @example Map a host to a local server
 * ```ts
 * { action: "rewrite", url: "http://127.0.0.1:3000" + path + query }
 * ```
 * @example Take a header away from the response
 * ```ts
 * { action: "rewrite", removeHeaders: ["server"] }
 * ```
 */
export interface Rewrite {
  action: "rewrite";
  /** Request: the new target, an absolute http or https URL, percent-encoded, without user and fragment. */
  url?: string;
  /** Request: the new method. */
  method?: string;
  /** Header fields that take the place of all those of the same name. */
  setHeaders?: HeaderRecord;
  /** Names of header fields to take away, at most 1,000; those that are missing don't matter. */
  removeHeaders?: readonly string[];
  /** The new body, of the request or the response that the hook is asked about. */
  body?: string | Uint8Array;
  /** Response: the new status, 200 to 599. */
  status?: number;
  /**
   * Request: the parent proxy for this request, as for `--upstream`:
   * `http://proxy.example:3128`. `direct`: none, whatever `--upstream` says.
   */
  upstream?: string;
  reason?: string;
}

/**
 * Tells the cache what to do with this exchange, beside what HTTP says.
 *
 * @example
 * ```ts
 * { action: "cache", ttlSeconds: 86400, ignoreQuery: ["utm_*"] }
 * ```
 */
export interface Cache {
  action: "cache";
  /** How long the response is fresh, in seconds, whatever it says itself. */
  ttlSeconds?: number;
  /** How long after that it may be served while a fresh one is fetched, in seconds. */
  staleWhileRevalidateSeconds?: number;
  /** How long after that it may be served when the origin fails, in seconds. */
  staleIfErrorSeconds?: number;
  /** The key to store and look up by, in place of the URL. */
  key?: string;
  /** Query parameters that make no difference: all of them, or those with such names, at most 1,000. */
  ignoreQuery?: true | readonly string[];
  /** Names by which entries can be purged together, at most 100. */
  tags?: readonly string[];
  /** Neither look up nor store. */
  bypass?: boolean;
  reason?: string;
}

/**
 * Lets so many requests pass in so many seconds, and answers 429 past that, with Retry-After.
 *
 * @example
 * ```ts
 * { action: "limit", requests: 100, perSeconds: 60 }
 * ```
 */
export interface Limit {
  action: "limit";
  /** How many, at once or spread. A whole number, at least 1. */
  requests: number;
  /** In how many seconds. More than 0. */
  perSeconds: number;
  /** What is counted together, within this rule. Default: the client. */
  key?: string;
  reason?: string;
}

/** CONNECT only: opens the tunnel's TLS and judges the requests within, if interception is set up. */
export interface Intercept {
  action: "intercept";
  reason?: string;
}

/** CONNECT only: passes the tunnel's bytes on unread, also where interception is set up. */
export interface Tunnel {
  action: "tunnel";
  /** The parent proxy for this tunnel, as for `--upstream`; `direct` for none. */
  upstream?: string;
  reason?: string;
}
