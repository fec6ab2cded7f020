/** Scenarios of bodies: every framing, in both directions. */

import { assertEquals } from "@std/assert";
import { answer, get, get10, head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";

scenario("a GET goes to the origin and its answer back", {}, async (stage) => {
  const { origin, client, records, via } = stage;
  const c = await client();
  const request = `GET ${origin.url("/a?b=c")} HTTP/1.1\r\n` +
    `Host: ${origin.authority}\r\nAccept: */*\r\n\r\n`;
  await c.send(request);
  const o = await origin.accept();
  assertEquals(
    await o.through("\r\n\r\n"),
    `GET /a?b=c HTTP/1.1\r\nHost: ${origin.authority}\r\nAccept: */*\r\n` +
      `Via: ${via}\r\n\r\n`,
  );
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  await o.send(
    `HTTP/1.1 200 Fine\r\nDate: ${date}\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello`,
  );
  const answer =
    `HTTP/1.1 200 Fine\r\nDate: ${date}\r\nX-A: 1\r\nVia: ${via}\r\n` +
    `Content-Length: 5\r\n` +
    `Cache-Status: sluice; fwd=uri-miss; fwd-status=200; detail=no-freshness\r\n` +
    `\r\nhello`;
  assertEquals(await c.text(answer.length), answer);
  await records.expect({
    method: "GET",
    url: origin.url("/a?b=c"),
    targetHost: "127.0.0.1",
    targetPort: origin.port,
    targetAddress: "127.0.0.1",
    status: 200,
    outcome: "miss",
    bytesIn: request.length,
    bytesOut: answer.length,
    bodyBytesOut: 5,
  });
});

scenario("a POST with Content-Length arrives whole", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(request("POST", origin, "/", "Content-Length: 11") + "hello");
  const o = await origin.accept();
  const sent = await o.head();
  assertEquals(sent.get("content-length"), "11");
  // The body streams: its first part is there before the rest was sent.
  assertEquals(await o.text(5), "hello");
  await c.send(" world");
  assertEquals(await o.text(6), " world");
  await o.send(answer("done", "201 Created"));
  assertEquals((await c.message()).status, 201);
  await records.expect({ method: "POST", status: 201, bodyBytesOut: 4 });
});

scenario("an empty body keeps its Content-Length", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(request("PUT", origin, "/", "Content-Length: 0"));
  const o = await origin.accept();
  assertEquals((await o.head()).get("content-length"), "0");
  await o.send(answer(""));
  assertEquals((await c.message()).head.get("content-length"), "0");
  await records.expect({ method: "PUT", status: 200, bodyBytesOut: 0 });
});

scenario("chunks and trailers go up as they come", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(
    request("POST", origin, "/", "Transfer-Encoding: chunked") +
      "5;name=value\r\nhello\r\n",
  );
  const o = await origin.accept();
  const sent = await o.head();
  assertEquals(sent.get("transfer-encoding"), "chunked");
  assertEquals(sent.has("content-length"), false);
  assertEquals(await o.text(10), "5\r\nhello\r\n");
  await c.send("0\r\nX-Sum: 12\r\nContent-Length: 9\r\n\r\n");
  assertEquals(await o.chunked(), { body: "", trailers: ["X-Sum: 12"] });
  await o.send(answer("ok"));
  assertEquals((await c.message()).body, "ok");
  await records.expect({ status: 200 });
});

scenario("chunks and trailers come down as they come", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  const chunkedHead = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
  await o.send(chunkedHead + "3\r\nabc\r\n");
  assertEquals((await c.head()).get("transfer-encoding"), "chunked");
  assertEquals(await c.text(8), "3\r\nabc\r\n");
  await o.send("2\r\nde\r\n0\r\nX-Sum: 7\r\nSet-Cookie: a=b\r\n\r\n");
  assertEquals(await c.chunked(), { body: "de", trailers: ["X-Sum: 7"] });
  await c.send(get(origin, "/again"));
  assertEquals((await o.head()).startLine, "GET /again HTTP/1.1");
  await o.send(answer("kept"));
  assertEquals((await c.message()).body, "kept");
  await records.expect({ status: 200, bodyBytesOut: 5 });
  await records.expect({ status: 200, bodyBytesOut: 4 });
});

scenario("an HTTP/1.0 client gets no chunks and a close", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get10(origin, "/", "Connection: keep-alive"));
  const o = await origin.accept();
  const sent = await o.head();
  assertEquals(sent.startLine, "GET / HTTP/1.1");
  assertEquals(sent.get("host"), origin.authority);
  assertEquals(sent.get("via"), stage.via.replace("1.1 ", "1.0 "));
  await o.send(
    head("HTTP/1.1 103 Early Hints", "Link: </a>") +
      head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") +
      "3\r\nabc\r\n0\r\n\r\n",
  );
  const got = await c.message();
  assertEquals(got.status, 200);
  assertEquals(got.body, "abc");
  assertEquals(got.head.has("transfer-encoding"), false);
  assertEquals(got.head.get("connection"), "close");
  await records.expect({ protocol: "HTTP/1.0", status: 200, bodyBytesOut: 3 });
});

scenario(
  "an HTTP/1.0 origin's length passes, then its end",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/1"));
    const first = await origin.accept();
    await first.head();
    await first.send(head("HTTP/1.0 200 OK", "Content-Length: 3") + "abc");
    const got = await c.message();
    assertEquals(got.head.startLine, "HTTP/1.1 200 OK");
    assertEquals(got.head.get("via"), stage.via.replace("1.1 ", "1.0 "));
    assertEquals(got.body, "abc");
    // An HTTP/1.0 connection without keep-alive is not used again.
    await first.end();
    await c.send(get(origin, "/2"));
    const second = await origin.accept();
    await second.head();
    await second.send(head("HTTP/1.0 200 OK") + "until the end");
    await second.close();
    const rest = await c.message();
    assertEquals(rest.head.get("transfer-encoding"), "chunked");
    assertEquals(rest.body, "until the end");
    await records.expect({ status: 200, bodyBytesOut: 3 });
    await records.expect({ status: 200, bodyBytesOut: 13 });
  },
);

scenario(
  "what ends with the origin's connection leaves the client's open",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    for (const path of ["/1", "/2"]) {
      await c.send(get(origin, path));
      const o = await origin.accept();
      await o.head();
      await o.send(head("HTTP/1.1 200 OK") + path);
      o.closeWrite();
      assertEquals((await c.message()).body, path);
      await o.end();
      await records.expect({ status: 200, bodyBytesOut: 2 });
    }
  },
);

scenario("HEAD has the fields and no body", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(request("HEAD", origin, "/1"));
  const o = await origin.accept();
  assertEquals((await o.head()).startLine, "HEAD /1 HTTP/1.1");
  await o.send(head("HTTP/1.1 200 OK", "Content-Length: 1234"));
  const first = await c.head();
  assertEquals(first.get("content-length"), "1234");
  await c.send(request("HEAD", origin, "/2"));
  await o.head();
  await o.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
  const second = await c.head();
  assertEquals(second.has("content-length"), false);
  await c.send(get(origin));
  await o.head();
  await o.send(answer("body"));
  assertEquals((await c.message()).body, "body");
  await records.expect({ method: "HEAD", status: 200, bodyBytesOut: 0 });
  await records.expect({ method: "HEAD", status: 200, bodyBytesOut: 0 });
  await records.expect({ method: "GET", status: 200, bodyBytesOut: 4 });
});

scenario("204 and 304 end with their head", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin) + get(origin) + get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(head("HTTP/1.1 204 No Content"));
  await o.head();
  await o.send(head("HTTP/1.1 304 Not Modified", "Content-Length: 99"));
  await o.head();
  await o.send(answer("end"));
  const none = await c.message(true);
  assertEquals(none.status, 204);
  assertEquals(none.head.has("content-length"), false);
  assertEquals(none.head.has("transfer-encoding"), false);
  const unmodified = await c.message(true);
  assertEquals(unmodified.status, 304);
  assertEquals(unmodified.head.get("content-length"), "99");
  assertEquals((await c.message()).body, "end");
  await records.expect({ status: 204, bodyBytesOut: 0 });
  await records.expect({ status: 304, bodyBytesOut: 0 });
  await records.expect({ status: 200, bodyBytesOut: 3 });
});

scenario(
  "an answer before the body's end closes the client's connection",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("POST", origin, "/", "Content-Length: 10") + "abc");
    const o = await origin.accept();
    await o.head();
    await o.text(3);
    await o.send(answer("enough", "413 Content Too Large"));
    const got = await c.message();
    assertEquals(got.status, 413);
    assertEquals(got.body, "enough");
    assertEquals(got.head.get("connection"), "close");
    // The origin's connection has an unfinished request on it.
    await o.gone();
    await c.end();
    await records.expect({ status: 413 });
  },
);

scenario(
  "an upload goes on when the origin answers before its end",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const lines = ["Content-Length: 300000"];
    await c.send(request("POST", origin, "/early", ...lines) + "start");
    const o = await origin.accept();
    await o.head();
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    await c.send("x".repeat(300_000 - "start".length));
    assertEquals((await o.text(300_000)).length, 300_000);
    await c.send(get(origin));
    await o.head();
    await o.send(answer("kept"));
    assertEquals((await c.message()).body, "kept");
    await records.expect({ status: 200, method: "POST" });
    await records.expect({ status: 200, method: "GET" });
  },
);
