/** Scenarios of connections that are used again, and of the one retry. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario, type Stage, until } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

/** A client that has had one answer, and the origin's connection, which waits for more. */
async function warmed(
  { origin, client, records }: Stage,
): Promise<{ c: WirePeer; o: WirePeer }> {
  const c = await client();
  await c.send(get(origin, "/warm"));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("warm"));
  assertEquals((await c.message()).body, "warm");
  await records.expect({ status: 200 });
  return { c, o };
}

scenario(
  "one connection serves requests of several clients",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const { o } = await warmed(stage);
    const other = await client();
    await other.send(get(origin, "/other"));
    assertEquals((await o.head()).startLine, "GET /other HTTP/1.1");
    await o.send(answer("other"));
    assertEquals((await other.message()).body, "other");
    assertEquals(origin.accepted, 1);
    await records.expect({ status: 200, targetAddress: "127.0.0.1" });
  },
);

scenario(
  "an idle connection that the origin closes is dropped",
  {},
  async (stage) => {
    const { origin, proxy, records } = stage;
    const { c, o } = await warmed(stage);
    o.closeWrite();
    await until(() => proxy.services.pool.size === 0, "it is in the pool");
    await o.gone();
    await c.send(request("POST", origin, "/", "Content-Length: 2") + "hi");
    const fresh = await origin.accept();
    assertEquals((await fresh.message()).body, "hi");
    await fresh.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    await records.expect({ method: "POST", status: 200 });
  },
);

scenario("an idle connection is closed after its time", {
  poolIdleTimeoutMs: 150,
}, async (stage) => {
  const { proxy } = stage;
  const { o } = await warmed(stage);
  await o.end();
  assertEquals(proxy.services.pool.size, 0);
});

for (const method of ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]) {
  scenario(`a ${method} is sent again once`, {}, async (stage) => {
    const { origin, records } = stage;
    const { c, o } = await warmed(stage);
    await c.send(request(method, origin, "/again"));
    // The origin closes as the request arrives: nobody can tell whether it was read.
    await o.head();
    await o.close();
    const fresh = await origin.accept();
    assertEquals((await fresh.head()).startLine, `${method} /again HTTP/1.1`);
    await fresh.send(head("HTTP/1.1 200 OK", "Content-Length: 0"));
    assertEquals((await c.head()).status, 200);
    assertEquals(origin.accepted, 2);
    await records.expect({ method, status: 200 });
  });
}

for (const method of ["POST", "PATCH", "LOCK"]) {
  scenario(`a ${method} is never sent again`, {}, async (stage) => {
    const { origin, records } = stage;
    const { c, o } = await warmed(stage);
    await c.send(request(method, origin, "/once"));
    await o.head();
    await o.close();
    assertEquals((await c.message()).status, 502);
    assertEquals(origin.accepted, 1);
    await records.expect({
      method,
      status: 502,
      outcome: "error",
      errorCode: "connection_terminated",
    });
  });
}

scenario("a PUT with a body is never sent again", {}, async (stage) => {
  const { origin, records } = stage;
  const { c, o } = await warmed(stage);
  await c.send(request("PUT", origin, "/", "Content-Length: 2") + "hi");
  await o.message();
  await o.close();
  assertEquals((await c.message()).status, 502);
  assertEquals(origin.accepted, 1);
  await records.expect({
    method: "PUT",
    status: 502,
    outcome: "error",
    errorCode: "connection_terminated",
  });
});

scenario("a retry that fails too is 502", {}, async (stage) => {
  const { origin, records } = stage;
  const { c, o } = await warmed(stage);
  await c.send(get(origin));
  await o.head();
  await o.close();
  const fresh = await origin.accept();
  await fresh.head();
  await fresh.close();
  const got = await c.message();
  assertEquals(got.status, 502);
  assertStringIncludes(
    got.head.get("proxy-status") ?? "",
    "error=connection_terminated",
  );
  assertEquals(origin.accepted, 2);
  await records.expect({
    status: 502,
    outcome: "error",
    errorCode: "connection_terminated",
  });
});

scenario(
  "a fresh connection that closes is no reason to try again",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.close();
    assertEquals((await c.message()).status, 502);
    assertEquals(origin.accepted, 1);
    await records.expect({
      status: 502,
      outcome: "error",
      errorCode: "connection_terminated",
    });
  },
);

scenario(
  "a request is not sent again once bytes of an answer came",
  {},
  async (stage) => {
    const { origin, records } = stage;
    const { c, o } = await warmed(stage);
    await c.send(get(origin));
    await o.head();
    await o.send("HTTP/1.1 200");
    o.closeWrite();
    assertEquals((await c.message()).status, 502);
    assertEquals(origin.accepted, 1);
    await records.expect({
      status: 502,
      outcome: "error",
      errorCode: "http_response_incomplete",
    });
  },
);

scenario(
  "a request is not sent again once an interim answer came",
  {},
  async (stage) => {
    const { origin, records } = stage;
    const { c, o } = await warmed(stage);
    await c.send(get(origin));
    await o.head();
    await o.send(head("HTTP/1.1 103 Early Hints"));
    assertEquals((await c.head()).status, 103);
    await o.close();
    assertEquals((await c.message()).status, 502);
    assertEquals(origin.accepted, 1);
    await records.expect({
      status: 502,
      outcome: "error",
      errorCode: "connection_terminated",
    });
  },
);

scenario(
  "an answer that nobody asked for is never taken as one",
  {},
  async (stage) => {
    const { origin, proxy, records } = stage;
    const { c, o } = await warmed(stage);
    await o.send(answer("poison"));
    // The proxy has read it when it closes the connection, at the latest for the next request.
    await c.send(get(origin));
    const fresh = await origin.accept();
    await fresh.head();
    await fresh.send(answer("asked for"));
    assertEquals((await c.message()).body, "asked for");
    await o.gone();
    assertEquals(proxy.services.pool.size, 1);
    await records.expect({ status: 200 });
  },
);

scenario(
  "an origin that says Connection: close is not kept",
  {},
  async (stage) => {
    const { origin, client, proxy, records } = stage;
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(
      head("HTTP/1.1 200 OK", "Content-Length: 2", "Connection: close") + "ok",
    );
    const got = await c.message();
    assertEquals(got.head.has("connection"), false);
    await o.end();
    assertEquals(proxy.services.pool.size, 0);
    await records.expect({ status: 200 });
  },
);
