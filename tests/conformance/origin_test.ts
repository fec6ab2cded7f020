import { assertEquals } from "@std/assert";
import { Origin, type OriginParts } from "./origin.ts";
import { proxiedFetch } from "./proxied_fetch.ts";
import type { Handler, TestRequest } from "./suite.ts";

/** An origin whose handlers say which they are, and how it answers `path`. */
async function answerOf(
  path: string,
  { asked = {}, test }: { asked?: TestRequest; test?: Handler } = {},
) {
  const named = (name: string): Handler => (segments, _request, response) => {
    response.end(`${name} ${segments.join(" ")}`);
  };
  const parts: OriginParts = {
    handlers: {
      config: named("config"),
      test: test ?? named("test"),
      state: named("state"),
    },
    configs: new Map([["known", [asked]]]),
  };
  await using origin = await Origin.open(parts);
  // It does not care that the URL is absolute, so it does as a proxy too.
  const fetch = proxiedFetch(new URL(origin.url));
  return await fetch(`${origin.url}${path}`, { headers: [["Req-Num", "1"]] });
}

Deno.test("Origin hands a request to the handler that its path names", async () => {
  for (const kind of ["config", "test", "state"]) {
    const response = await answerOf(`/${kind}/id/file?query`);
    assertEquals(await response.text(), `${kind} id file`);
  }
});

Deno.test("Origin sends the interim responses that the test wants", async () => {
  const { interim } = await answerOf("/test/known", {
    asked: {
      interim_responses: [[102], [103, [["Link", "</a>"], ["X", "1"]]]],
    },
  });
  assertEquals(interim.map(({ status }) => status), [102, 103]);
  assertEquals(interim[1]!.headers.get("link"), "</a>");
  assertEquals(interim[1]!.headers.get("x"), "1");
});

Deno.test("Origin answers 500 where a handler fails", async () => {
  const { status } = await answerOf("/test/known", {
    test: () => {
      throw new TypeError("no such field");
    },
  });
  assertEquals(status, 500);
});
