import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  addressOf,
  askThrough,
  DemoUnavailable,
} from "../../src/cli/demo_client.ts";
import { type Peer, ScriptedServer } from "../net/loopback.ts";

/** A proxy that answers each connection's first head with `answer`. */
function proxyWith(
  answer: string,
  heads: string[] = [],
  then?: (peer: Peer) => Promise<void>,
): ScriptedServer {
  return new ScriptedServer(async (peer) => {
    heads.push(await peer.head());
    await peer.send(answer);
    await then?.(peer);
  });
}

function urlOf({ port }: ScriptedServer, user = ""): URL {
  return new URL(`http://${user}127.0.0.1:${port}`);
}

Deno.test("askThrough() sends a request as a client does to a proxy", async () => {
  const heads: string[] = [];
  await using proxy = proxyWith(
    "HTTP/1.1 200 Fine\r\nAge: 3\r\n\r\nhello",
    heads,
  );
  const answer = await askThrough(urlOf(proxy), {
    method: "GET",
    target: "http://example.test:81/page",
    fields: [["Range", "bytes=0-4"]],
  });
  assertEquals(
    heads.map((head) => head.trimEnd()),
    [
      "GET http://example.test:81/page HTTP/1.1\r\nHost: example.test:81\r\n" +
      "Connection: close\r\nRange: bytes=0-4",
    ],
  );
  const { status, reasonPhrase, fields, body, within } = answer;
  assertEquals([status, reasonPhrase, body], [200, "Fine", "hello"]);
  assertEquals([fields.get("age"), within], ["3", undefined]);
});

Deno.test("askThrough() asks for something within a tunnel", async () => {
  const within: string[] = [];
  await using proxy = proxyWith(
    "HTTP/1.1 200 Connection established\r\n\r\n",
    [],
    async (peer) => {
      within.push(await peer.head());
      await peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    },
  );
  const answer = await askThrough(urlOf(proxy), {
    method: "CONNECT",
    target: "example.test:81",
    within: { method: "GET", target: "http://example.test:81/page?a=1" },
  });
  assertEquals([answer.status, answer.within?.status], [200, 204]);
  assertStringIncludes(
    within.join(),
    "GET /page?a=1 HTTP/1.1\r\nHost: example.test:81\r\n",
  );
});

Deno.test("askThrough() asks for nothing within a tunnel that there is not", async () => {
  await using proxy = proxyWith("HTTP/1.1 403 Forbidden\r\n\r\nno");
  const answer = await askThrough(urlOf(proxy), {
    method: "CONNECT",
    target: "example.test:81",
    within: { method: "GET", target: "http://example.test:81/" },
  });
  assertEquals([answer.status, answer.within], [403, undefined]);
});

Deno.test("askThrough() shows the proxy the user of its URL", async () => {
  const heads: string[] = [];
  await using proxy = proxyWith("HTTP/1.1 200 OK\r\n\r\n", heads);
  const url = urlOf(proxy, "ann:s%C3%A9cret@");
  await askThrough(url, { method: "GET", target: "http://example.test/" });
  assertStringIncludes(
    heads.join(),
    `Proxy-Authorization: Basic ${
      new TextEncoder().encode("ann:sécret").toBase64()
    }\r\n`,
  );
  assertEquals(addressOf(url), `http://127.0.0.1:${proxy.port}`);
});

Deno.test("askThrough() says why there is no answer", async () => {
  const cases = [
    ["HTTP/1.1 407 Password\r\n\r\n", "--proxy http://USER:PASSWORD@127.0.0.1"],
    ["SSH-2.0-server\r\n", "answers no HTTP"],
    ["hello\r\n\r\n", "answers no HTTP"],
  ] as const;
  for (const [answer, text] of cases) {
    await using proxy = proxyWith(answer);
    const request = { method: "GET", target: "http://example.test/" };
    await assertRejects(
      () => askThrough(urlOf(proxy), request),
      DemoUnavailable,
      text,
    );
  }
});

Deno.test("askThrough() says that nothing listens, without a password", async () => {
  const { port } = await freedPort();
  const url = new URL(`http://ann:hidden@127.0.0.1:${port}`);
  const error = await assertRejects(
    () => askThrough(url, { method: "GET", target: "http://example.test/" }),
    DemoUnavailable,
    `Cannot reach a proxy at http://127.0.0.1:${port}: nothing listens there. `,
  );
  assertEquals(error.message.includes("hidden"), false);
});

async function freedPort(): Promise<{ port: number }> {
  await using server = proxyWith("");
  return { port: server.port };
}
