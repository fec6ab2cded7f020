import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ProxyError, WireError } from "../../src/errors.ts";
import type { Authority } from "../../src/http1/target.ts";
import {
  connectThroughParent,
  parentAuthorization,
} from "../../src/net/parent_connect.ts";
import { parseParent } from "../../src/net/route.ts";
import { fakeConn } from "./fake_stream.ts";
import {
  fillTo,
  longText,
  pair,
  type Peer,
  TestNet,
  textIn,
} from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const ORIGIN: Authority = { host: "origin.test", port: 443 };
const PARENT = parseParent("http://parent.test:3128");
const GRANTED = "HTTP/1.1 200 Connection established\r\n\r\n";

interface Play {
  readonly url?: string;
  readonly destination?: Authority;
  readonly script: (peer: Peer) => Promise<void>;
}

/** Connects through a parent that reads the request's head, then follows the script. Gives that head. */
async function play({ url, destination, script }: Play): Promise<string> {
  using near = await pair(new TestNet());
  const { conn, peer } = near;
  const parent = url === undefined ? PARENT : parseParent(url);
  const scripted = peer.head().then(async (head) => {
    await script(peer);
    return head;
  });
  try {
    await connectThroughParent(conn, destination ?? ORIGIN, parent);
  } finally {
    conn.close();
    await scripted;
  }
  return await scripted;
}

function answer(...parts: string[]): Play["script"] {
  return async (peer) => {
    for (const part of parts) await peer.send(part);
    await peer.closeWrite();
  };
}

Deno.test("connectThroughParent() asks for the destination by CONNECT", async () => {
  assertEquals(
    await play({ script: answer(GRANTED) }),
    "CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\n\r\n",
  );
});

Deno.test("connectThroughParent() puts an IPv6 address in brackets", async () => {
  const destination = { host: "2001:db8::1", port: 8443 };
  assertEquals(
    await play({ destination, script: answer(GRANTED) }),
    "CONNECT [2001:db8::1]:8443 HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n\r\n",
  );
});

Deno.test("connectThroughParent() gives credentials by Proxy-Authorization", async () => {
  const url = "http://us%C3%A9r:p%3Aw@parent.test:3128";
  const head = await play({ url, script: answer(GRANTED) });
  const line = "Proxy-Authorization: Basic dXPDqXI6cDp3\r\n";
  assertEquals(parentAuthorization(parseParent(url)), line);
  assertStringIncludes(head, line);
});

Deno.test("parentAuthorization() is nothing without credentials", () => {
  assertEquals(parentAuthorization(PARENT), "");
});

Deno.test("connectThroughParent() takes any 2xx, whole or byte by byte, fields aside", async () => {
  const answers = [
    GRANTED,
    "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 204 \r\nTransfer-Encoding: chunked\r\n\r\n",
  ];
  for (const text of answers) {
    await play({ script: answer(text) });
    await play({ script: answer(...text) });
  }
});

Deno.test("connectThroughParent() reads past interim answers", async () => {
  const interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  await play({ script: answer(interim, interim + GRANTED) });
  const error = await assertRejects(
    () => play({ script: answer(interim + "HTTP/1.1 403 No\r\n\r\n") }),
    ProxyError,
  );
  assertStringIncludes(error.message, "403");
});

Deno.test("connectThroughParent() leaves what follows for the destination's reader", async () => {
  using near = await pair(new TestNet());
  const connecting = connectThroughParent(near.conn, ORIGIN, PARENT);
  await near.peer.head();
  await near.peer.send(GRANTED + "220 hi");
  await connecting;
  await fillTo(near.conn, 6);
  assertEquals(textIn(near.conn), "220 hi");
});

Deno.test("connectThroughParent() tells that credentials are missing, without showing them", async () => {
  const error = await assertRejects(
    () =>
      play({
        url: "http://me:secret@parent.test:3128",
        script: answer("HTTP/1.1 407 Who\r\n\r\n"),
      }),
    ProxyError,
  );
  assertEquals([error.status, error.code], [502, "proxy_configuration_error"]);
  assertStringIncludes(error.message, "http://parent.test:3128");
  assertStringIncludes(error.message, "--upstream");
  assertEquals(error.message.includes("secret"), false);
});

Deno.test("connectThroughParent() tells what the parent answered instead", async () => {
  for (const status of [301, 403, 502, 503]) {
    const error = await assertRejects(
      () => play({ script: answer(`HTTP/1.1 ${status} No\r\n\r\n`) }),
      ProxyError,
    );
    assertEquals([error.status, error.code], [502, "destination_unavailable"]);
    assertStringIncludes(error.message, `origin.test:443 with ${status}`);
  }
});

Deno.test("connectThroughParent() refuses what is no HTTP, and heads without end", async () => {
  const answers = [
    "SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "HTTP/1.1 200 OK\n\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
    `HTTP/1.1 200 OK\r\nA: ${longText(70_000)}\r\n\r\n`,
  ];
  for (const text of answers) {
    await assertRejects(() => play({ script: answer(text) }), WireError);
  }
});

Deno.test("connectThroughParent() tells that the parent closed", async () => {
  for (const text of ["", "HTTP/1.1 200 OK\r\nA: ", "HTTP/1.1 103 \r\n\r\n"]) {
    const error = await assertRejects(
      () => play({ script: answer(text) }),
      ProxyError,
    );
    assertEquals([error.status, error.code], [502, "connection_terminated"]);
    assertStringIncludes(error.message, "http://parent.test:3128");
  }
});

Deno.test("connectThroughParent() rejects with the system's error for a reset", async () => {
  using near = fakeConn(new TestNet());
  const reset = new Deno.errors.ConnectionReset("reset");
  const connecting = connectThroughParent(near.conn, ORIGIN, PARENT);
  const refused = assertRejects(
    () => connecting,
    Deno.errors.ConnectionReset,
  );
  await Promise.resolve();
  near.conn.readAhead();
  near.stream.answer(reset);
  await refused;
});
