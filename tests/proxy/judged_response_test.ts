import { assertEquals, assertThrows } from "@std/assert";
import { WireError } from "../../src/errors.ts";
import { Buffers } from "../../src/net/buffers.ts";
import { Upstream } from "../../src/net/upstream.ts";
import { BodyBudget } from "../../src/proxy/body_budget.ts";
import { JudgedResponse } from "../../src/proxy/judged_response.ts";
import { requestSubject } from "../../src/proxy/request_view.ts";
import type { Services } from "../../src/proxy/services.ts";
import { silentConn } from "./silent_conn.ts";
import {
  absoluteTargetOf,
  exchangeOf,
  getOf,
  responseOf,
} from "./wire_values.ts";

/** A response of these lines to a GET, under judgement. */
function judged(...lines: string[]) {
  const { conn, [Symbol.dispose]: dispose } = silentConn();
  const request = getOf();
  const target = absoluteTargetOf(request);
  const exchange = exchangeOf(request);
  const make = () =>
    new JudgedResponse(
      exchange,
      { request, target },
      responseOf(...lines),
      {
        subject: requestSubject(exchange, request.head, target),
        upstream: new Upstream(conn, new Buffers(), "", ""),
        // Of all services it asks for these only.
        services: {
          limits: { responseTimeoutMs: 1000 },
          rules: { bodies: new BodyBudget() },
        } as Services,
      },
    );
  let message: JudgedResponse;
  try {
    message = make();
  } catch (error) {
    dispose();
    throw error;
  }
  return { message, [Symbol.dispose]: dispose };
}

Deno.test("JudgedResponse lets what is not rewritten stream", () => {
  using made = judged("HTTP/1.1 200 Fine", "Content-Length: 3");
  const { head, body, isRead } = made.message.onward();
  assertEquals([head.status, head.reasonPhrase], [200, "Fine"]);
  assertEquals([body.kind, isRead], ["streaming", false]);
});

Deno.test("JudgedResponse tells which fields rules have named", () => {
  using made = judged("HTTP/1.1 200 OK", "Content-Length: 3", "A: 1");
  assertEquals(made.message.onward().ruledFields, []);
  made.message.rewrite({ action: "rewrite", removeHeaders: ["A", "Missing"] });
  made.message.rewrite({ action: "rewrite", setHeaders: { "X-b": "1" } });
  const { ruledFields } = made.message.onward();
  assertEquals(ruledFields, ["a", "missing", "x-b"]);
});

Deno.test("JudgedResponse has a body where its new status has one", () => {
  using bodiless = judged("HTTP/1.1 304 Not Modified", "Content-Length: 9");
  bodiless.message.rewrite({ action: "rewrite", status: 200 });
  const given = bodiless.message.onward();
  assertEquals([given.head.reasonPhrase, given.body.kind], ["OK", "whole"]);
  using full = judged("HTTP/1.1 200 OK", "Content-Length: 9");
  full.message.rewrite({ action: "rewrite", status: 204 });
  assertEquals(full.message.onward().body.kind, "whole");
});

Deno.test("JudgedResponse forgets what was true of the former body", () => {
  using made = judged(
    "HTTP/1.1 200 OK",
    "Content-Length: 9",
    "Content-Encoding: gzip",
    "Content-Type: text/html; charset=latin1",
  );
  made.message.rewrite({ action: "rewrite", body: "new" });
  const { fields } = made.message.onward().head;
  assertEquals(fields.keys, ["content-type"]);
  assertEquals(fields.get("content-type"), "text/html; charset=utf-8");
});

Deno.test("JudgedResponse refuses bad framing", () => {
  assertThrows(
    () => judged("HTTP/1.1 200 OK", "Content-Length: x"),
    WireError,
  );
});
