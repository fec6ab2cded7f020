/**
 * Every malformed message in tests/testdata/http1, sent to a proxy: the client gets
 * the status and a close, and no origin is dialled.
 */

import { assertEquals, assertNotMatch } from "@std/assert";
import {
  readWireCases,
  type WireCase,
  wireCaseFiles,
} from "../http1/wire_cases.ts";
import { get, request } from "./requests.ts";
import { scenario, type Stage } from "./scenario.ts";

/** The bytes to send, or undefined for a case that is no request's or is not refused in its head. */
function badRequest({ kind, input, expected }: WireCase): string | undefined {
  if (expected.length !== 1 || !isRefusal(expected[0]!)) return undefined;
  const text = String.fromCharCode(...input);
  // One empty line in front of a request is skipped (RFC 9112 §2.2).
  if (kind.is === "request" && !text.startsWith("\r\n")) return text;
  if (kind.is !== "target") return undefined;
  return `${kind.method} ${text} HTTP/1.1\r\nHost: a.example\r\n\r\n`;
}

function isRefusal(line: string): boolean {
  return line.startsWith("refused ");
}

function statusOf({ expected }: WireCase): number {
  return Number(expected.at(-1)!.slice("refused ".length));
}

async function play(
  { title, ...wireCase }: WireCase,
  bytes: string,
  stage: Stage,
): Promise<void> {
  const status = statusOf({ title, ...wireCase });
  const c = await stage.client();
  // What follows a malformed request is never read as the next one.
  await c.send(bytes + get(stage.origin, "/hidden"));
  assertEquals((await c.message()).status, status, title);
  await c.end();
  await stage.records.expect({
    status,
    outcome: "error",
    errorCode: "http_request_error",
  });
}

for (const file of wireCaseFiles()) {
  const cases = readWireCases(file).flatMap((wireCase) => {
    const bytes = badRequest(wireCase);
    return bytes === undefined ? [] : [{ wireCase, bytes }];
  });
  if (cases.length === 0) continue;
  scenario(
    `no malformed request of ${file} gets anywhere`,
    {},
    async (stage) => {
      for (const { wireCase, bytes } of cases) {
        await play(wireCase, bytes, stage);
      }
      assertEquals(stage.origin.accepted, 0);
    },
  );
}

const badChunks = wireCaseFiles().flatMap(readWireCases).filter((wireCase) =>
  wireCase.kind.is === "chunked" && isRefusal(wireCase.expected.at(-1)!)
);

scenario(
  "no malformed chunked body gets to an origin whole",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    for (const { title, input, expected } of badChunks) {
      const c = await client();
      await c.send(request("POST", origin, "/", "Transfer-Encoding: chunked"));
      const o = await origin.accept();
      await o.head();
      await c.send(input);
      const status = Number(expected.at(-1)!.slice("refused ".length));
      assertEquals((await c.message()).status, status, title);
      const { text } = await o.rest();
      assertEquals(text.includes("0\r\n"), false, title);
      await records.expect({
        status,
        outcome: "error",
        errorCode: "http_request_error",
      });
    }
  },
);

scenario(
  "nothing of a malformed request line that may be a password is logged or answered",
  { logQuery: false },
  async ({ client, records, stop, logText }) => {
    const url = "http://ann:PW@h.example/?token=PW";
    const lines = [
      `GET  ${url} HTTP/1.1`,
      `GET / ${url}`,
      `${url} GET HTTP/1.1`,
      `GET ${url} HTTP/1.1`,
      `GET ${url} junk HTTP/1.1`,
    ];
    for (const line of lines) {
      const c = await client();
      await c.send(`${line}\r\nHost: h.example\r\n\r\n`);
      const { status, head, body } = await c.message();
      assertEquals(status, 400, line);
      assertNotMatch(`${head.lines} ${body}`, /PW/);
      await c.end();
      await records.expect({ status: 400, errorCode: "http_request_error" });
    }
    await stop();
    assertNotMatch(logText(), /PW/);
  },
);
