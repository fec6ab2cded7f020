import { assertEquals, assertStringIncludes } from "@std/assert";
import { head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

const HOST = "Host: proxy-stats";

scenario(
  "servePages() gives method, path, fields and body to the pages",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    Object.assign(proxy.services, { pages: echo });
    const c = await client();
    const lines = ["Transfer-Encoding: chunked", "X-A: 1", "X-A: 2"];
    await c.send(
      head("POST http://proxy-stats/a/b?c=d HTTP/1.1", HOST, ...lines) +
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    );
    const got = await c.message();
    assertEquals(got.status, 201);
    assertEquals(
      got.body,
      "POST http://proxy-stats/a/b?c=d 1, 2 abcde 127.0.0.1",
    );
    await records.expect({ status: 201, outcome: "answered" });
  },
);

async function echo(
  request: Request,
  client: { ip: string },
): Promise<Response> {
  const { method, url, headers } = request;
  const body = await request.text();
  const text = [method, url, headers.get("x-a"), body, client.ip].join(" ");
  return new Response(text, { status: 201 });
}

scenario("servePages() streams and keeps the connection", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const parts = ["one ", "two ", "three"];
  Object.assign(proxy.services, {
    pages: () =>
      new Response(
        ReadableStream.from(parts).pipeThrough(new TextEncoderStream()),
        { headers: [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]] },
      ),
  });
  const c = await client();
  for (let i = 0; i < 2; i++) {
    await c.send(head("GET http://proxy-stats/ HTTP/1.1", HOST));
    const got = await c.message();
    assertEquals(got.head.get("transfer-encoding"), "chunked");
    assertEquals(got.head.get("set-cookie"), "a=1, b=2");
    assertEquals(got.body, parts.join(""));
    await records.expect({ outcome: "answered", bodyBytesOut: 13 });
  }
});

scenario("servePages() cancels a page that nobody reads", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const body = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => resolve(),
    });
  Object.assign(proxy.services, { pages: () => new Response(body()) });
  const c = await client();
  await c.send(head("GET http://proxy-stats/ HTTP/1.1", HOST));
  await c.head();
  await c.reset();
  await cancelled;
  await records.expect({
    status: 200,
    outcome: "error",
    errorCode: "client_gone",
  });
});

scenario(
  "servePages() answers 500 for a page that throws",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    const bugs: unknown[] = [];
    Object.assign(proxy.services, {
      pages: () => Promise.reject(new TypeError("secret")),
      reportBug: (error: unknown) => bugs.push(error),
    });
    const c = await client();
    await c.send(head("GET http://proxy-stats/ HTTP/1.1", HOST));
    const got = await c.message();
    assertEquals(got.status, 500);
    assertEquals(got.body.includes("secret"), false);
    assertStringIncludes(String(bugs[0]), "secret");
    assertEquals(bugs.length, 1);
    await records.expect({
      status: 500,
      outcome: "error",
      errorCode: "proxy_internal_error",
    });
  },
);
