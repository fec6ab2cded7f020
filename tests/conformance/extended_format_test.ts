import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkExtended, extendedFetch } from "./extended_format.ts";
import type { ProxiedResponse } from "./proxied_fetch.ts";
import type { CacheTest, TestRequest } from "./suite.ts";

const HINT: TestRequest = {
  expected_interim_responses: [[103, [["Link", "</a>"]]]],
};

function response(
  interim: [number, Record<string, string>][] = [],
): ProxiedResponse {
  return {
    status: 200,
    statusText: "OK",
    headers: new Headers(),
    text: () => Promise.resolve(""),
    interim: interim.map(([status, fields]) => ({
      status,
      headers: new Headers(fields),
    })),
  };
}

/** The name and text of what is thrown. */
function fault(
  asked: TestRequest,
  ...interim: [number, Record<string, string>][]
): string {
  const error = assertThrows(
    () => checkExtended(asked, response(interim)),
    Error,
  );
  return `${error.name}: ${error.message}`;
}

Deno.test("checkExtended() accepts the interim responses that are wanted", () => {
  checkExtended(HINT, response([[103, { Link: "</a>", More: "1" }]]));
  checkExtended({}, response([[102, {}]]));
});

Deno.test("checkExtended() names an interim response that is missing or differs", () => {
  assertEquals(fault(HINT), "Assertion: Interim response 103 is missing");
  assertEquals(
    fault(HINT, [102, {}]),
    "Assertion: Interim response is 102, not 103",
  );
  assertEquals(
    fault(HINT, [103, { Link: "</b>" }]),
    'Assertion: Interim response 103 has Link "</b>", not "</a>"',
  );
});

Deno.test("checkExtended() calls it a failed setup where the request is setup", () => {
  assertEquals(
    fault({ ...HINT, setup: true }),
    "Setup: Interim response 103 is missing",
  );
});

Deno.test("checkExtended() lets null be the status that came", () => {
  const asked: TestRequest = { expected_status: null };
  checkExtended(asked, response());
  assertEquals(asked.expected_status, 200);
});

Deno.test("extendedFetch() finds the request by the fields that the client sends", async () => {
  const test: CacheTest = { id: "t", name: "t", requests: [{}, HINT] };
  const fetch = extendedFetch(() => Promise.resolve(response()), [test]);
  const ask = (number: string) =>
    fetch("http://origin/", {
      headers: [["Test-ID", "t"], ["Req-Num", number]],
    });
  await ask("1");
  await fetch("http://origin/config/x", { method: "PUT", body: "[]" });
  await assertRejects(() => ask("2"), Error, "Interim response 103 is missing");
});
