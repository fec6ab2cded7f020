/**
 * What a request of a test may demand beyond the format of the suite's client:
 * interim responses (RFC 9110 §15.2), and any status at all.
 */

import type { ProxiedResponse, SeenInterim } from "./proxied_fetch.ts";
import type {
  CacheTest,
  Interim,
  SuiteFetch,
  SuiteRequestInit,
  TestRequest,
} from "./suite.ts";

/** The names by which the suite's client tells a failed check from a failed setup. */
const FAILED_CHECK = "Assertion";
const FAILED_SETUP = "Setup";

/**
 * A fetch that holds what it gets against what `tests` demand beyond the
 * client's own checks. It finds the request by the fields that the client sends
 * along.
 */
export function extendedFetch(
  fetch: (...args: Parameters<SuiteFetch>) => Promise<ProxiedResponse>,
  tests: readonly CacheTest[],
): SuiteFetch {
  const byId = new Map(tests.map((test) => [test.id, test.requests]));
  return async (url, init) => {
    const response = await fetch(url, init);
    const id = fieldOf(init, "Test-ID");
    const asked = byId.get(id)?.[Number(fieldOf(init, "Req-Num")) - 1];
    if (asked !== undefined) checkExtended(asked, response);
    return response;
  };
}

/**
 * @throws {Error} whose name is "Assertion" or "Setup", when an interim response
 * is missing or differs.
 */
export function checkExtended(
  asked: TestRequest,
  { status, interim }: ProxiedResponse,
): void {
  // The client compares with this; what is equal to itself is any status.
  if (asked.expected_status === null) asked.expected_status = status;
  const wanted = asked.expected_interim_responses ?? [];
  const wrong = wanted
    .flatMap((one, at) => interimFault(one, interim[at]) ?? [])[0];
  if (wrong === undefined) return;
  const error = new Error(wrong);
  error.name = asked.setup ? FAILED_SETUP : FAILED_CHECK;
  throw error;
}

function interimFault(
  [status, fields = []]: Interim,
  seen: SeenInterim | undefined,
): string | undefined {
  if (seen === undefined) return `Interim response ${status} is missing`;
  if (seen.status !== status) {
    return `Interim response is ${seen.status}, not ${status}`;
  }
  const odd = fields.find(([name, value]) => seen.headers.get(name) !== value);
  if (odd === undefined) return undefined;
  const [name, value] = odd;
  return `Interim response ${status} has ${name} "${
    seen.headers.get(name)
  }", not "${value}"`;
}

function fieldOf(init: SuiteRequestInit | undefined, name: string): string {
  return String(init?.headers?.find(([it]) => it === name)?.[1] ?? "");
}
