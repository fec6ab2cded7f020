/**
 * What the package http-cache-tests holds, as far as it is used here: the tests
 * as data, the client that plays them, the origin's handlers. Tests of our own
 * have the same form, with the additions that later versions of the suite have.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { join, toFileUrl } from "@std/path";

/**
 * A field line. A number stands for a date that many seconds from the origin's
 * now; `false` at the end exempts the line from having to reach the client.
 */
export type Field =
  | readonly [name: string, value: string | number]
  | readonly [name: string, value: string | number, isChecked: boolean];

/** A 1xx response: its status and its fields. */
export type Interim = readonly [status: number, fields?: readonly Field[]];

/** One request of a test, its answer by the origin, and what has to be seen. */
export interface TestRequest {
  readonly request_method?: string;
  readonly request_headers?: readonly Field[];
  readonly request_body?: string;
  readonly filename?: string;
  readonly query_arg?: string;
  readonly response_status?: readonly [status: number, phrase: string];
  readonly response_headers?: readonly Field[];
  readonly response_body?: string | null;
  /** The origin closes the connection instead of answering. */
  readonly disconnect?: boolean;
  /** How long the origin waits with its answer, in seconds; an addition. */
  readonly response_pause?: number;
  /** What the origin sends before its answer; an addition. */
  readonly interim_responses?: readonly Interim[];
  /** What the client has to see of it; an addition. */
  readonly expected_interim_responses?: readonly Interim[];
  readonly expected_type?:
    | "cached"
    | "not_cached"
    | "etag_validated"
    | "lm_validated";
  /** `null`, an addition, is any status. */
  expected_status?: number | null;
  readonly expected_response_headers?: readonly (
    | string
    | readonly [name: string, value: string | number]
    | readonly [name: string, operator: ">" | "=", than: string | number]
  )[];
  readonly expected_response_headers_missing?: readonly string[];
  readonly expected_request_headers?: readonly (string | Field)[];
  readonly check_body?: boolean;
  /** Three seconds pass before the next request. */
  readonly pause_after?: boolean;
  /** A failure here says nothing about what the test asks. */
  readonly setup?: boolean;
  /** The checks to which this applies alone. */
  readonly setup_tests?: readonly string[];
}

/** How much it matters: default "required"; "check" only observes. */
export type Kind = "required" | "optimal" | "check";

/** One question to a cache. */
export interface CacheTest {
  readonly id: string;
  /** What is asked, in Markdown. */
  readonly name: string;
  readonly kind?: Kind;
  /** Tests without whose success this one says nothing. */
  readonly depends_on?: readonly string[];
  /** Not for a shared cache. */
  readonly browser_only?: boolean;
  readonly requests: readonly TestRequest[];
}

/** Questions about one matter. */
export interface TestSuite {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly tests: readonly CacheTest[];
}

/** What became of a test: `true`, or the kind of error and its text. */
export type Result = true | readonly [kind: string, message: string];

/** A part of fetch: what the suite's client asks of one. */
export type SuiteFetch = (
  url: string,
  init?: SuiteRequestInit,
) => Promise<SuiteResponse>;

export interface SuiteRequestInit {
  readonly method?: string;
  readonly headers?: readonly (readonly [string, string | number])[];
  readonly body?: string;
}

export interface SuiteResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  text(): Promise<string>;
}

/** Answers a request whose path, behind its first segment, is `segments`. */
export type Handler = (
  segments: string[],
  request: IncomingMessage,
  response: ServerResponse,
) => void;

/** The unpacked package. Its client plays one set of tests in its life. */
export interface CacheSuite {
  readonly suites: readonly TestSuite[];
  /** Plays tests, as many at once as `chunkSize`, then the next as many. */
  readonly runTests: (
    suites: readonly TestSuite[],
    fetch: SuiteFetch,
    useBrowserCache: false,
    origin: string,
    chunkSize: number,
  ) => Promise<void>;
  readonly getResults: () => Record<string, Result>;
  /** By the first segment of the path. */
  readonly handlers: Readonly<Record<"config" | "test" | "state", Handler>>;
  /** The tests that the origin knows, by the second segment of the path. */
  readonly configs: ReadonlyMap<string, readonly TestRequest[]>;
}

/** Loads the package from its folder. */
export async function loadSuite(folder: string): Promise<CacheSuite> {
  const load = (path: string) => import(toFileUrl(join(folder, path)).href);
  const { default: suites } = await load("tests/index.mjs");
  const { runTests, getResults } = await load("client/runner.mjs");
  const { default: config } = await load("server/handle-config.mjs");
  const { default: test } = await load("server/handle-test.mjs");
  const { default: state } = await load("server/handle-state.mjs");
  const { configs } = await load("server/utils.mjs");
  return {
    suites,
    runTests,
    getResults,
    handlers: { config, test, state },
    configs,
  };
}
