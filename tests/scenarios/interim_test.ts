/** Scenarios of interim answers (1xx) and of Expect. */

import { assertEquals } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";

scenario("interim answers pass at once and in order", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(
    head(
      "HTTP/1.1 103 Early Hints",
      "Link: </a.css>",
      "Connection: X-Hop",
      "X-Hop: 1",
      "Keep-Alive: timeout=5",
    ),
  );
  const hints = await c.head();
  assertEquals(hints.startLine, "HTTP/1.1 103 Early Hints");
  assertEquals(hints.lines, ["Link: </a.css>"]);
  await o.send(
    head("HTTP/1.1 102 Processing") + head("HTTP/1.1 199 Odd") + answer("ok"),
  );
  assertEquals((await c.head()).startLine, "HTTP/1.1 102 Processing");
  assertEquals((await c.head()).startLine, "HTTP/1.1 199 Odd");
  assertEquals((await c.message()).body, "ok");
  await records.expect({ status: 200, bodyBytesOut: 2 });
});

scenario(
  "100 (Continue) comes from the origin, then the body goes",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(
      request("POST", origin, "/", "Content-Length: 4", "Expect: 100-continue"),
    );
    const o = await origin.accept();
    assertEquals((await o.head()).get("expect"), "100-continue");
    await o.send(head("HTTP/1.1 100 Continue"));
    assertEquals((await c.head()).startLine, "HTTP/1.1 100 Continue");
    await c.send("body");
    assertEquals(await o.text(4), "body");
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    // The body was sent, so the connections can be used again.
    await c.send(get(origin));
    await o.head();
    await o.send(answer("again"));
    assertEquals((await c.message()).body, "again");
    await records.expect({ method: "POST", status: 200 });
    await records.expect({ method: "GET", status: 200 });
  },
);

scenario(
  "an origin's 417 in place of 100 reaches the client",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(
      request("POST", origin, "/", "Content-Length: 4", "Expect: 100-continue"),
    );
    const o = await origin.accept();
    await o.head();
    await o.send(answer("no", "417 Expectation Failed"));
    const got = await c.message();
    assertEquals(got.status, 417);
    assertEquals(got.body, "no");
    await o.gone();
    await c.end();
    await records.expect({ status: 417, outcome: "bypass" });
  },
);

scenario("a client need not wait for 100 (Continue)", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const lines = ["Transfer-Encoding: chunked", "Expect: 100-continue"];
  await c.send(
    request("PUT", origin, "/", ...lines) + "4\r\nbody\r\n0\r\n\r\n",
  );
  const o = await origin.accept();
  await o.head();
  assertEquals((await o.chunked()).body, "body");
  await o.send(answer("ok"));
  assertEquals((await c.message()).body, "ok");
  await records.expect({ method: "PUT", status: 200 });
});

scenario("another expectation is 417 and never leaves", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin, "/", "Expect: 200-maybe"));
  assertEquals((await c.message()).status, 417);
  await c.end();
  assertEquals(origin.accepted, 0);
  await records.expect({
    status: 417,
    outcome: "error",
    errorCode: "http_request_error",
  });
});

scenario(
  "an HTTP/1.0 client's expectation is no reason to wait",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(
      head(
        `POST ${origin.url("/")} HTTP/1.0`,
        "Content-Length: 4",
        "Expect: 100-continue",
      ) + "body",
    );
    const o = await origin.accept();
    await o.head();
    assertEquals(await o.text(4), "body");
    await o.send(head("HTTP/1.1 100 Continue") + answer("ok"));
    assertEquals((await c.message()).status, 200);
    await records.expect({ protocol: "HTTP/1.0", status: 200 });
  },
);

scenario("interim answers without end are 502", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(head("HTTP/1.1 102 Processing").repeat(100));
  let last = await c.head();
  while (last.status === 102) last = await c.head();
  assertEquals(last.status, 502);
  await records.expect({
    status: 502,
    outcome: "error",
    errorCode: "http_protocol_error",
  });
});
