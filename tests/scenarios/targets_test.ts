/** Scenarios of request targets: where a request goes, and what the origin is told. */

import { assertEquals } from "@std/assert";
import { answer, head } from "./requests.ts";
import { scenario } from "./scenario.ts";

scenario("the absolute target wins over Host", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(
    head(`GET ${origin.url("/a")} HTTP/1.1`, "Host: other.test"),
  );
  const o = await origin.accept();
  assertEquals((await o.head()).get("host"), origin.authority);
  await o.send(answer("ok"));
  assertEquals((await c.message()).status, 200);
  await records.expect({ status: 200, targetHost: "127.0.0.1" });
});

scenario("a name is looked up, in lower case", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const host = `ORIGIN.test:${origin.port}`;
  await c.send(head(`GET HTTP://${host}?q HTTP/1.1`, `Host: ${host}`));
  const o = await origin.accept();
  const sent = await o.head();
  assertEquals(sent.startLine, "GET /?q HTTP/1.1");
  assertEquals(sent.get("host"), `origin.test:${origin.port}`);
  await o.send(answer("ok"));
  assertEquals((await c.message()).status, 200);
  await records.expect({
    status: 200,
    targetHost: "origin.test",
    targetAddress: "127.0.0.1",
  });
});

scenario(
  "an IPv6 literal is dialled without its brackets",
  {},
  async (stage) => {
    const { client, records, listen } = stage;
    const origin = await listen("::1");
    assertEquals(origin.authority, `[::1]:${origin.port}`);
    const c = await client();
    await c.send(
      head(`GET ${origin.url("/6")} HTTP/1.1`, `Host: ${origin.authority}`),
    );
    const o = await origin.accept();
    assertEquals((await o.head()).get("host"), origin.authority);
    await o.send(answer("six"));
    assertEquals((await c.message()).body, "six");
    await records.expect({ status: 200, targetHost: "::1" });
  },
  { ignore: !hasIpv6() },
);

scenario("OPTIONS without a path asks the origin for *", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(
    head(`OPTIONS ${origin.url("")} HTTP/1.1`, `Host: ${origin.authority}`),
  );
  const o = await origin.accept();
  assertEquals((await o.head()).startLine, "OPTIONS * HTTP/1.1");
  await o.send(answer("ok"));
  assertEquals((await c.message()).status, 200);
  await records.expect({ method: "OPTIONS", status: 200 });
});

scenario("localhost tries both families", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const host = `localhost:${origin.port}`;
  await c.send(head(`GET http://${host}/ HTTP/1.1`, `Host: ${host}`));
  const o = await origin.accept();
  assertEquals((await o.head()).get("host"), host);
  await o.send(answer("ok"));
  assertEquals((await c.message()).status, 200);
  await records.expect({ status: 200, targetAddress: "127.0.0.1" });
});

scenario("a scheme that is not spoken here is 501", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const url = `ftp://${origin.authority}/`;
  await c.send(head(`GET ${url} HTTP/1.1`, `Host: ${origin.authority}`));
  assertEquals((await c.message()).status, 501);
  assertEquals(origin.accepted, 0);
  await records.expect({
    status: 501,
    outcome: "error",
    errorCode: "http_request_error",
  });
});

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    // AddrNotAvailable: this machine has no IPv6.
    return false;
  }
}
