import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { sentBody } from "../../src/proxy/sent_body.ts";
import { absoluteTargetOf, requestOf } from "./wire_values.ts";

/** A request that went out with these bytes, or with a body that streamed. */
function outgoing(bytes: Uint8Array | undefined, ...lines: string[]) {
  const request = requestOf(
    "POST http://a.test/ HTTP/1.1",
    "Host: a.test",
    ...lines,
  );
  const body = bytes === undefined
    ? { kind: "streaming" } as const
    : { kind: "whole", bytes } as const;
  return { request, target: absoluteTargetOf(request), body };
}

const ABC = new TextEncoder().encode("abc");

Deno.test("sentBody() has what was sent, its codings undone, in the form asked for", async () => {
  assertEquals(await sentBody(outgoing(ABC), "text", 3), "abc");
  assertEquals(await sentBody(outgoing(ABC), "bytes", 3), ABC);
  const coded = outgoing(gzipSync(ABC), "Content-Encoding: gzip");
  assertEquals(await sentBody(coded, "text", 3), "abc");
});

Deno.test("sentBody() has none for what is too long, can't be decoded or streamed", async () => {
  const coded = outgoing(ABC, "Content-Encoding: what");
  const streamed = outgoing(undefined, "Content-Length: 3");
  for (const each of [outgoing(ABC), coded, streamed]) {
    assertEquals(await sentBody(each, "text", 2), undefined);
  }
  assertEquals(await sentBody(outgoing(undefined), "text", 2), "");
});
