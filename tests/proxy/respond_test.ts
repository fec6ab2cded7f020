import { assertEquals, assertMatch } from "@std/assert";
import {
  commonLines,
  proxyStatus,
  statusLine,
} from "../../src/proxy/respond.ts";
import { scenario } from "../scenarios/scenario.ts";
import { head } from "../scenarios/requests.ts";
import { exchangeOf } from "./wire_values.ts";

Deno.test("statusLine() has the registered reason, or none", () => {
  assertEquals(statusLine(404), "HTTP/1.1 404 Not Found\r\n");
  assertEquals(statusLine(599), "HTTP/1.1 599 \r\n");
});

Deno.test("commonLines() ends the connection where the exchange does", () => {
  const exchange = exchangeOf();
  assertMatch(commonLines(exchange), /^Date: \w{3}, [^\r]+ GMT\r\n$/);
  exchange.mustClose = true;
  assertMatch(commonLines(exchange), /GMT\r\nConnection: close\r\n$/);
});

Deno.test("proxyStatus() is a structured field whatever the details", () => {
  assertEquals(
    proxyStatus(exchangeOf(), "dns_error", 'say "no" \\ é\r\nX: y'),
    'sluice; error=dns_error; details="say \\"no\\" \\\\ ???X: y"',
  );
});

Deno.test("proxyStatus() says to CONNECT where the exchange can be seen", () => {
  const exchange = exchangeOf();
  exchange.method = "CONNECT";
  assertEquals(
    proxyStatus(exchange, "dns_error", "no such host"),
    `sluice; error=dns_error; details="no such host; see http://proxy-stats/why/${exchange.id}"`,
  );
});

scenario(
  "respondToError() answers by what Accept likes better",
  {},
  async (stage) => {
    const { client, records } = stage;
    const types = {
      "text/html": "text/html; charset=utf-8",
      "text/html;q=0.5, application/json": "application/json",
      "application/json;q=0.5, text/html": "text/html; charset=utf-8",
      "image/png": "application/json",
      "\xff": "application/json",
    };
    const c = await client();
    for (const [accept, type] of Object.entries(types)) {
      const lines = ["Host: nope.invalid", `Accept: ${accept}`];
      await c.send(head("GET http://nope.invalid/ HTTP/1.1", ...lines));
      assertEquals((await c.message()).head.get("content-type"), type, accept);
      await records.expect({
        status: 502,
        outcome: "error",
        errorCode: "dns_error",
      });
    }
  },
);
