import {
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import type { Route } from "../../src/net/route.ts";
import {
  assertGreets,
  DialBench,
  direct,
  greeter,
  LOCAL,
  lookUpOf,
  through,
  TIMEOUT_MS,
} from "./dial_bench.ts";
import { type Peer, ScriptedServer, soon } from "./loopback.ts";
import { hasOpenssl, makeCertificate } from "./test_certificate.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** A server that answers the first bytes by `heard`, never by bytes, and tells when the end has come. */
function silentServer() {
  const heard = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const server = new ScriptedServer(async (peer: Peer) => {
    await peer.bytes(1);
    heard.resolve();
    await peer.rest();
    ended.resolve();
  });
  return { server, heard: heard.promise, ended: ended.promise };
}

const PARENT = /the parent proxy \S+ did not answer$/;
const HANDSHAKES: readonly [string, (port: number) => Route, RegExp][] = [
  ["SOCKS", (port) => through(`socks5://${LOCAL}:${port}`, "http"), PARENT],
  ["CONNECT", (port) => through(`http://${LOCAL}:${port}`, "tunnel"), PARENT],
  [
    "TLS",
    (port) => direct(port, LOCAL, "https"),
    /: it did not finish the TLS handshake$/,
  ],
  [
    "TLS with a parent",
    (port) => through(`https://${LOCAL}:${port}`, "http"),
    /the parent proxy \S+ did not finish the TLS handshake$/,
  ],
];

for (const [name, routeTo, waitedFor] of HANDSHAKES) {
  Deno.test(`Dialer.dial() answers 504 when ${name} is not answered, and hangs up`, async () => {
    const { server, heard, ended } = silentServer();
    await using _server = server;
    const bench = new DialBench();
    const failing = bench.failure(routeTo(server.port));
    await heard;
    bench.net.pass(TIMEOUT_MS * 2);
    const error = await failing;
    assertEquals([error.status, error.code], [504, "connection_timeout"]);
    assertMatch(error.message, waitedFor);
    assertEquals(bench.failedHandshakes, name === "TLS" ? 1 : 0);
    await soon(ended, "the end of the connection");
  });

  Deno.test(`Dialer.dial() hangs up when it is cancelled during ${name}`, async () => {
    const { server, heard, ended } = silentServer();
    await using _server = server;
    const bench = new DialBench();
    const failing = bench.failure(routeTo(server.port));
    await heard;
    bench.cancel.abort();
    const error = await failing;
    assertEquals(
      [502, 503, 504].includes(error.status),
      true,
      `${error.status}`,
    );
    assertEquals(bench.failedHandshakes, 0);
    await soon(ended, "the end of the connection");
  });
}

Deno.test("Dialer.dial() asks a parent for the destination", async () => {
  const asked = Promise.withResolvers<string>();
  await using server = new ScriptedServer(async (peer) => {
    asked.resolve(await peer.head());
    await peer.send("HTTP/1.1 200 OK\r\n\r\nhi");
    await peer.rest();
  });
  const route = through(`http://${LOCAL}:${server.port}`, "tunnel");
  const dialled = await new DialBench().dial(route);
  assertEquals(
    (await asked.promise).split("\r\n")[0],
    "CONNECT origin.test:443 HTTP/1.1",
  );
  await assertGreets(dialled);
});

Deno.test("Dialer.dial() asks a parent for nothing where it gets the request itself", async () => {
  await using server = greeter();
  const route = through(`http://${LOCAL}:${server.port}`, "http");
  await assertGreets(await new DialBench().dial(route));
});

Deno.test("Dialer.dial() hangs up on a parent that refuses", async () => {
  const ended = Promise.withResolvers<void>();
  await using server = new ScriptedServer(async (peer) => {
    await peer.head();
    await peer.send("HTTP/1.1 407 Who\r\n\r\n");
    await peer.rest();
    ended.resolve();
  });
  const route = through(`http://${LOCAL}:${server.port}`, "tunnel");
  const error = await new DialBench().failure(route);
  assertEquals([error.status, error.code], [502, "proxy_configuration_error"]);
  await soon(ended.promise, "the end of the connection");
});

Deno.test("Dialer.dial() answers 502 when a parent is no HTTP", async () => {
  await using server = new ScriptedServer((peer) =>
    peer.send("SSH-2.0-x\r\n\r\n")
  );
  const route = through(`http://${LOCAL}:${server.port}`, "tunnel");
  const error = await new DialBench().failure(route);
  assertEquals(error.status, 502);
});

Deno.test("Dialer.dial() answers 502 when a parent sends bytes ahead of TLS", async () => {
  await using server = new ScriptedServer(async (peer) => {
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\n\r\nunasked");
    await peer.rest();
  });
  const route = through(`http://${LOCAL}:${server.port}`, "https");
  const error = await new DialBench().failure(route);
  assertEquals([error.status, error.side], [502, "origin"]);
});

// What the certificate's authority has said is what openssl made: without it these are skipped.
const needsOpenssl = { ignore: !hasOpenssl() };
const { cert, key } = needsOpenssl.ignore
  ? { cert: "", key: "" }
  : await makeCertificate("origin.test", "parent.test");
const trusting = () => new DialBench(lookUpOf(LOCAL), { caCerts: [cert] });

/** A TLS server that follows `script`; clients that don't trust it end the handshake. */
function tlsServer(script: (peer: Peer) => Promise<void>): ScriptedServer {
  return new ScriptedServer(script, { tls: { cert, key } });
}

async function greet(peer: Peer): Promise<void> {
  await peer.send("hi");
  await peer.rest();
}

/** Reads until a client that refuses the certificate has told so. */
async function waitForRefusal(peer: Peer): Promise<void> {
  try {
    await peer.rest();
  } catch {
    // InvalidData: the client's alert.
  }
}

Deno.test(
  "Dialer.dial() speaks TLS with the origin",
  needsOpenssl,
  async () => {
    await using server = tlsServer(greet);
    const dialled = await trusting().dial(
      direct(server.port, "origin.test", "https"),
    );
    assertGreaterOrEqual(dialled.tlsMs, 0);
    await assertGreets(dialled);
  },
);

Deno.test(
  "Dialer.dial() speaks TLS with the origin through a parent",
  needsOpenssl,
  async () => {
    await using server = tlsServer(greet);
    await using parent = new ScriptedServer(async (peer) => {
      await peer.head();
      await peer.send("HTTP/1.1 200 OK\r\n\r\n");
      await peer.relay(server.port);
    });
    const route = through(`http://${LOCAL}:${parent.port}`, "https");
    await assertGreets(await trusting().dial(route));
  },
);

Deno.test("Dialer.dial() speaks TLS with a parent", needsOpenssl, async () => {
  await using server = tlsServer(async (peer) => {
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\n\r\n");
    await greet(peer);
  });
  const route = through(`https://parent.test:${server.port}`, "tunnel");
  await assertGreets(await trusting().dial(route));
});

Deno.test(
  "Dialer.dial() speaks TLS with the origin within TLS with a parent",
  needsOpenssl,
  async () => {
    const asked = Promise.withResolvers<string>();
    await using server = tlsServer(greet);
    await using parent = tlsServer(async (peer) => {
      asked.resolve(await peer.head());
      await peer.send("HTTP/1.1 200 OK\r\n\r\n");
      await peer.relay(server.port);
    });
    const route = through(`https://parent.test:${parent.port}`, "https");
    await assertGreets(await trusting().dial(route));
    assertStringIncludes(await asked.promise, "CONNECT origin.test:443 ");
  },
);

Deno.test(
  "Dialer.dial() hangs up on a parent by TLS when the origin's TLS fails",
  needsOpenssl,
  async () => {
    const ended = Promise.withResolvers<void>();
    await using server = tlsServer(waitForRefusal);
    await using parent = tlsServer(async (peer) => {
      await peer.head();
      await peer.send("HTTP/1.1 200 OK\r\n\r\n");
      await peer.relay(server.port);
      ended.resolve();
    });
    const destination = { host: "other.test", port: 443 };
    const parentUrl = `https://parent.test:${parent.port}`;
    const route = through(parentUrl, "https", destination);
    const error = await trusting().failure(route);
    assertEquals([error.status, error.code], [502, "tls_certificate_error"]);
    assertStringIncludes(
      error.message,
      `to other.test:443 through ${parentUrl} failed`,
    );
    await soon(ended.promise, "the end of the connection");
  },
);

Deno.test(
  "Dialer.dial() answers 502 for a certificate that nobody trusts",
  needsOpenssl,
  async () => {
    await using server = tlsServer(waitForRefusal);
    const bench = new DialBench();
    const error = await bench.failure(
      direct(server.port, "origin.test", "https"),
    );
    assertEquals([error.status, error.code], [502, "tls_certificate_error"]);
  },
);

Deno.test(
  "Dialer.dial() answers 502 for a certificate of another name",
  needsOpenssl,
  async () => {
    await using server = tlsServer(waitForRefusal);
    const error = await trusting().failure(
      direct(server.port, "other.test", "https"),
    );
    assertEquals([error.status, error.code], [502, "tls_certificate_error"]);
  },
);

Deno.test("Dialer.dial() answers 502 when the origin speaks no TLS", async () => {
  await using server = new ScriptedServer(async (peer) => {
    await peer.bytes(1);
    await peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    await peer.rest();
  });
  const error = await new DialBench().failure(
    direct(server.port, LOCAL, "https"),
  );
  assertEquals([error.status, error.code], [502, "tls_protocol_error"]);
});

Deno.test("Dialer.dial() answers 502 when the origin closes during TLS", async () => {
  await using server = new ScriptedServer(async (peer) => {
    await peer.bytes(1);
  });
  const error = await new DialBench().failure(
    direct(server.port, LOCAL, "https"),
  );
  assertEquals([error.status, error.code], [502, "connection_terminated"]);
});

// RFC 9110 §4.3.4: the identity can't be verified. No certificate has such a name.
Deno.test("Dialer.dial() answers 502 for TLS with a name that none can have, and hangs up", async () => {
  const ended = Promise.withResolvers<void>();
  await using server = new ScriptedServer(async (peer) => {
    await peer.rest();
    ended.resolve();
  });
  const error = await new DialBench().failure(
    direct(server.port, "-x.test", "https"),
  );
  assertEquals(error.status, 502);
  assertStringIncludes(error.message, "-x.test");
  await soon(ended.promise, "the end of the connection");
});
