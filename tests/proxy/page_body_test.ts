import { assertEquals } from "@std/assert";
import { head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

const HOST = "Host: proxy-stats";

scenario(
  "PageBody is not read before a page asks for it",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    Object.assign(proxy.services, {
      pages: () => new Response("no", { status: 403 }),
    });
    for (
      const line of ["Content-Length: 40000000", "Transfer-Encoding: chunked"]
    ) {
      const c = await client();
      await c.send(
        head(
          "POST http://proxy-stats/ HTTP/1.1",
          HOST,
          line,
          "Expect: 100-continue",
        ),
      );
      const got = await c.message();
      assertEquals([got.status, got.body], [403, "no"]);
      assertEquals(got.head.get("connection"), "close");
      await records.expect({ status: 403, outcome: "answered" });
    }
  },
);

scenario(
  "PageBody is asked for with 100, and the connection goes on",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    Object.assign(proxy.services, {
      pages: async (request: Request) => new Response(await request.text()),
    });
    const c = await client();
    for (let i = 0; i < 2; i++) {
      await c.send(
        head(
          "POST http://proxy-stats/ HTTP/1.1",
          HOST,
          "Content-Length: 4",
          "Expect: 100-continue",
        ),
      );
      assertEquals((await c.head()).status, 100);
      await c.send("body");
      const got = await c.message();
      assertEquals([got.status, got.body], [200, "body"]);
      await records.expect({ status: 200 });
    }
  },
);

scenario("PageBody refuses what no page reads", {}, async (stage) => {
  const { proxy, client, records } = stage;
  Object.assign(proxy.services, {
    pages: async (request: Request) => new Response(await request.text()),
  });
  const c = await client();
  await c.send(
    head(
      "POST http://proxy-stats/ HTTP/1.1",
      HOST,
      `Content-Length: ${34 * 1024 * 1024}`,
    ),
  );
  assertEquals((await c.message()).status, 413);
  await records.expect({ status: 413, errorCode: "http_request_error" });
});

scenario(
  "PageBody tells of a client that goes away within it, whatever the page makes of that",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    Object.assign(proxy.services, {
      pages: async (request: Request) => {
        resolve();
        await request.text().catch(() => "");
        return new Response("fine");
      },
    });
    const c = await client();
    await c.send(
      head("POST http://proxy-stats/ HTTP/1.1", HOST, "Content-Length: 9") +
        "abc",
    );
    await asked;
    await c.reset();
    await records.expect({ outcome: "error", errorCode: "client_gone" });
  },
);
