import { assertEquals } from "@std/assert";
import { answer, get, head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario("handle() describes the request for the record", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const lines = ["Referer: http://from.test/", "User-Agent: agent/1"];
  await c.send(get(origin, "/p?q=1", ...lines));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("ok"));
  await c.message();
  await records.expect({
    method: "GET",
    url: origin.url("/p?q=1"),
    protocol: "HTTP/1.1",
    referer: "http://from.test/",
    userAgent: "agent/1",
    targetHost: "127.0.0.1",
    targetPort: origin.port,
    outcome: "miss",
  });
});

scenario("handle() describes a request that it refuses", {}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  await c.send(head("GET http://a.test/ HTTP/1.1", "User-Agent: agent/1"));
  assertEquals((await c.message()).status, 400);
  await records.expect({
    method: "GET",
    url: "http://a.test/",
    userAgent: "agent/1",
    status: 400,
    outcome: "error",
    errorCode: "http_request_error",
  });
});

scenario("handle() knows the four forms of a target", {}, async (stage) => {
  const { origin, client, proxy, records } = stage;
  const host = `Host: 127.0.0.1:${proxy.port}`;
  const c = await client();
  await c.send(head("GET /healthz HTTP/1.1", host));
  assertEquals((await c.message()).status, 200);
  await c.send(head("OPTIONS * HTTP/1.1", host));
  assertEquals((await c.message()).status, 204);
  await c.send(head("GET http://proxy-stats/healthz HTTP/1.1", host));
  assertEquals((await c.message()).status, 200);
  await c.send(head(`CONNECT ${origin.authority} HTTP/1.1`, host));
  assertEquals((await c.head()).status, 200);
  await c.reset();
  for (const outcome of ["answered", "answered", "answered"] as const) {
    await records.expect({ outcome });
  }
  await records.expect({
    outcome: "tunnel",
    errorCode: "connection_terminated",
  });
});

scenario("handle() looks for loops in a CONNECT too", {}, async (stage) => {
  const { origin, client, records, via } = stage;
  const c = await client();
  await c.send(
    head(
      `CONNECT ${origin.authority} HTTP/1.1`,
      `Host: ${origin.authority}`,
      `Via: ${via}`,
    ),
  );
  assertEquals((await c.message()).status, 508);
  assertEquals(origin.accepted, 0);
  await records.expect({
    status: 508,
    outcome: "error",
    errorCode: "proxy_loop_detected",
  });
});
