import { assertEquals, assertStrictEquals } from "@std/assert";
import { Entry } from "../../src/cache/entry.ts";
import type { Outgoing } from "../../src/proxy/outgoing.ts";
import {
  completingRequest,
  refreshingRequest,
  validatingRequest,
} from "../../src/proxy/validating_request.ts";
import { entryOf, linesOf, storedPart } from "../cache/stored_responses.ts";
import { absoluteTargetOf, getOf } from "./wire_values.ts";

function outgoingOf(...lines: string[]): Outgoing {
  const request = getOf(...lines);
  return { request, target: absoluteTargetOf(request) };
}

function linesOfOutgoing({ request }: Outgoing): string[] {
  return linesOf(request.head.fields).slice(1);
}

const CONDITIONS = ['If-None-Match: "mine"', "Range: bytes=0-1", "X-A: 1"];

Deno.test("validatingRequest() is the client's own where there is nothing to ask about", () => {
  const outgoing = outgoingOf(...CONDITIONS);
  assertStrictEquals(validatingRequest(outgoing, []), outgoing);
});

Deno.test("validatingRequest() has our conditions in place of the client's", () => {
  const outgoing = outgoingOf(...CONDITIONS);
  const asked = validatingRequest(outgoing, [entryOf(1, ['ETag: "1"'])]);
  assertEquals(linesOfOutgoing(asked), ["X-A: 1", 'If-None-Match: "1"']);
  assertEquals(linesOfOutgoing(outgoing), CONDITIONS);
});

Deno.test("refreshingRequest() is a GET without what the client asked of caches", () => {
  const outgoing = outgoingOf(
    ...CONDITIONS,
    "Cache-Control: max-stale",
    "Pragma: x",
  );
  const asked = refreshingRequest(outgoing, []);
  assertEquals(linesOfOutgoing(asked), ["X-A: 1"]);
  assertEquals(asked.request.head.method, "GET");
  const entry = entryOf(1, ['ETag: "1"']);
  assertEquals(
    linesOfOutgoing(refreshingRequest(outgoing, [entry])),
    ["X-A: 1", 'If-None-Match: "1"'],
  );
});

Deno.test("completingRequest() asks for what a stored part lacks", () => {
  const part = (...lines: string[]) =>
    new Entry(1, storedPart(0, 4, 10, lines), undefined);
  const ask = (entry: Entry, ...lines: string[]) => {
    const asked = completingRequest(outgoingOf(...lines), entry);
    return asked && linesOfOutgoing(asked);
  };
  const tagged = part('ETag: "1"');
  assertEquals(ask(tagged), ["Range: bytes=4-", 'If-Range: "1"']);
  assertEquals(
    ask(tagged, "Range: bytes=2-7"),
    ["Range: bytes=4-7", 'If-Range: "1"'],
  );
  assertEquals(ask(tagged, "Range: bytes=6-7"), undefined);
  assertEquals(ask(part('ETag: W/"1"')), undefined);
});
