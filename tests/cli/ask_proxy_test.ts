import { assertEquals, assertRejects } from "@std/assert";
import { text } from "node:stream/consumers";
import { askProxy } from "../../src/cli/ask_proxy.ts";
import { CacheUnavailable } from "../../src/cli/cache_unavailable.ts";
import { makeCertificate } from "../net/test_certificate.ts";
import { testWith } from "../requirement.ts";

interface Echo {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly authorization: string | null;
  readonly body: string;
}

/** A server that says what it was asked. */
function echoServer(
  options: { hostname: string } & Partial<Deno.TlsCertifiedKeyPem>,
) {
  return Deno.serve(
    { ...options, port: 0, onListen: () => undefined },
    async ({ method, url, headers, body }) => {
      const { pathname, search, host } = new URL(url);
      const echo: Echo = {
        method,
        path: pathname + search,
        host,
        authorization: headers.get("Authorization"),
        body: await new Response(body).text(),
      };
      return Response.json(echo, { status: 203 });
    },
  );
}

async function echoOf(
  question: Parameters<typeof askProxy>[0],
): Promise<Echo> {
  const { status, body } = await askProxy(question);
  assertEquals(status, 203);
  return JSON.parse(await text(body));
}

Deno.test("askProxy() gets without a body and posts with one", async () => {
  await using server = echoServer({ hostname: "127.0.0.1" });
  const { port } = server.addr;
  const address = `http://127.0.0.1:${port}`;
  const host = `127.0.0.1:${port}`;
  assertEquals(
    await echoOf({ address, path: "/a?b=c", token: undefined }),
    { method: "GET", path: "/a?b=c", host, authorization: null, body: "" },
  );
  assertEquals(
    await echoOf({ address, path: "/", token: "t", body: "{}" }),
    { method: "POST", path: "/", host, authorization: "Bearer t", body: "{}" },
  );
});

Deno.test("askProxy() reaches a proxy that listens on all addresses", async () => {
  for (const [hostname, host] of [["0.0.0.0", "127.0.0.1"], ["::", "[::1]"]]) {
    await using server = echoServer({ hostname: hostname! });
    const { port } = server.addr;
    const name = hostname === "::" ? "[::]" : hostname;
    const address = `http://${name}:${port}`;
    const echo = await echoOf({ address, path: "/", token: undefined });
    assertEquals(echo.host, `${host}:${port}`);
  }
});

testWith(
  ["openssl"],
  "askProxy() speaks TLS, whatever the certificate is for",
  async () => {
    const certificate = await makeCertificate("elsewhere.test");
    await using server = echoServer({ hostname: "127.0.0.1", ...certificate });
    const address = `https://127.0.0.1:${server.addr.port}`;
    const echo = await echoOf({ address, path: "/", token: "t" });
    assertEquals(echo.authorization, "Bearer t");
  },
);

Deno.test("askProxy() says which proxy it can't reach", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  await assertRejects(
    () => askProxy({ address, path: "/", token: undefined }),
    CacheUnavailable,
    `Cannot reach the proxy at ${address}, which has the data folder: `,
  );
});
