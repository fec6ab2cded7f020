import { assertEquals } from "@std/assert";
import { answer, get, head, request } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "relayResponse() adds Date where the origin has none",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin) + get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(answer(""));
    const dated = (await c.message()).head.get("date");
    assertEquals(Number.isNaN(Date.parse(dated ?? "")), false);
    await o.head();
    const date = "Thu, 01 Jan 1970 00:00:00 GMT";
    await o.send(head("HTTP/1.1 200 OK", "Content-Length: 0", `Date: ${date}`));
    assertEquals((await c.message()).head.get("date"), date);
    await records.expect({ status: 200 });
    await records.expect({ status: 200 });
  },
);

scenario(
  "relayResponse() passes each piece on as it comes",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(head("HTTP/1.1 200 OK", "Content-Type: text/event-stream"));
    await c.head();
    for (const event of ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]) {
      await o.send(event);
      assertEquals(await c.text(3 + event.length + 2), `9\r\n${event}\r\n`);
    }
    o.closeWrite();
    assertEquals(await c.chunked(), { body: "", trailers: [] });
    await records.expect({ status: 200, bodyBytesOut: 27 });
  },
);

scenario(
  "relayResponse() closes where an old client can't see the end",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(head(`GET ${origin.url("/")} HTTP/1.0`));
    const o = await origin.accept();
    await o.head();
    await o.send(head("HTTP/1.1 200 OK") + "all");
    o.closeWrite();
    const { text, isReset } = await c.rest();
    assertEquals(text.endsWith("\r\n\r\nall"), true);
    assertEquals(isReset, false);
    await records.expect({
      protocol: "HTTP/1.0",
      status: 200,
      bodyBytesOut: 3,
    });
  },
);

scenario(
  "relayResponse() keeps a length that tells of no body",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("HEAD", origin, "/"));
    const o = await origin.accept();
    await o.head();
    await o.send(head("HTTP/1.1 304 Not Modified", "Content-Length: 42"));
    const got = await c.head();
    assertEquals(got.get("content-length"), "42");
    assertEquals(got.has("transfer-encoding"), false);
    await records.expect({ status: 304, bodyBytesOut: 0 });
  },
);

scenario(
  "relayResponse() keeps the origin's reason phrase",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin) + get(origin));
    const o = await origin.accept();
    for (const reason of ["299 Quite \xe9", "299 "]) {
      await o.head();
      await o.send(answer("", reason));
      assertEquals((await c.message()).head.startLine, `HTTP/1.1 ${reason}`);
      await records.expect({ status: 299 });
    }
  },
);

scenario("relayInterim() drops what belongs to the hop", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  const lines = ["Connection: X-Hop", "X-Hop: 1", "Upgrade: a", "X-End: 1"];
  await o.send(head("HTTP/1.1 103 Early Hints", ...lines) + answer(""));
  assertEquals((await c.head()).lines, ["X-End: 1"]);
  assertEquals((await c.message()).status, 200);
  await records.expect({ status: 200 });
});
