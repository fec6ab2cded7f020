import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ErrorCode, ProxyError } from "../../src/errors.ts";
import type { Authority } from "../../src/http1/target.ts";
import { type Parent, parseParent } from "../../src/net/route.ts";
import { connectThroughSocks5 } from "../../src/net/socks5.ts";
import { fillTo, pair, type Peer, TestNet, textIn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const ORIGIN: Authority = { host: "origin.test", port: 0x1234 };
const PARENT = parseParent("socks5://parent.test");
const PARENT_WITH_USER = parseParent("socks5://me:s%C3%A9cret@parent.test");
const NO_AUTHENTICATION = [5, 0];
const GRANTED = [5, 0, 0, 1, 127, 0, 0, 1, 0, 80];

interface Play {
  readonly parent?: Parent;
  readonly destination?: Authority;
  readonly script: (peer: Peer) => Promise<void>;
}

/** Connects through a parent that follows the script, and gives the text that came behind. */
async function play(
  { parent = PARENT, destination = ORIGIN, script }: Play,
): Promise<void> {
  using near = await pair(new TestNet());
  const scripted = script(near.peer);
  try {
    await connectThroughSocks5(near.conn, destination, parent);
  } finally {
    near.conn.close();
    await scripted;
  }
}

async function refusal(options: Play): Promise<ProxyError> {
  const error = await assertRejects(() => play(options), ProxyError);
  assertEquals([error.status, error.side], [502, "origin"]);
  assertStringIncludes(error.message, "socks5://parent.test:1080");
  return error;
}

/** A script that reads the greeting and answers with those bytes, then closes. */
function answerGreeting(...bytes: number[]): Play["script"] {
  return async (peer) => {
    await peer.bytes(3);
    await peer.send(Uint8Array.from(bytes));
    await peer.closeWrite();
  };
}

/** A script without authentication that answers the request with those bytes, then closes. */
function answerRequest(...bytes: number[]): Play["script"] {
  return async (peer) => {
    await peer.bytes(3);
    await peer.send(Uint8Array.from(NO_AUTHENTICATION));
    await peer.bytes(4);
    await peer.send(Uint8Array.from(bytes));
    await peer.closeWrite();
  };
}

Deno.test("connectThroughSocks5() asks for a name without credentials", async () => {
  await play({
    script: async (peer) => {
      assertEquals([...await peer.bytes(3)], [5, 1, 0]);
      await peer.send(Uint8Array.from(NO_AUTHENTICATION));
      assertEquals([...await peer.bytes(5)], [5, 1, 0, 3, 11]);
      assertEquals(await peer.text(11), "origin.test");
      assertEquals([...await peer.bytes(2)], [0x12, 0x34]);
      await peer.send(Uint8Array.from(GRANTED));
    },
  });
});

const LITERALS: readonly [string, number[]][] = [
  ["192.0.2.7", [1, 192, 0, 2, 7]],
  ["::1", [4, ...new Array(15).fill(0), 1]],
  ["2001:db8::a", [4, 0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 0xa]],
];

Deno.test("connectThroughSocks5() asks for an address as an address", async () => {
  for (const [host, expected] of LITERALS) {
    await play({
      destination: { host, port: 80 },
      script: async (peer) => {
        await peer.bytes(3);
        await peer.send(Uint8Array.from(NO_AUTHENTICATION));
        const request = await peer.bytes(3 + expected.length + 2);
        assertEquals([...request], [5, 1, 0, ...expected, 0, 80], host);
        await peer.send(Uint8Array.from(GRANTED));
      },
    });
  }
});

Deno.test("connectThroughSocks5() gives user and password where they are asked for", async () => {
  await play({
    parent: PARENT_WITH_USER,
    script: async (peer) => {
      assertEquals([...await peer.bytes(4)], [5, 2, 0, 2]);
      await peer.send(Uint8Array.of(5, 2));
      assertEquals([...await peer.bytes(2)], [1, 2]);
      assertEquals(await peer.text(2), "me");
      assertEquals([...await peer.bytes(1)], [7]);
      assertEquals(await peer.text(7), "sécret");
      await peer.send(Uint8Array.of(1, 0));
      assertEquals([...await peer.bytes(4)], [5, 1, 0, 3]);
      await peer.send(Uint8Array.from(GRANTED));
    },
  });
});

Deno.test("connectThroughSocks5() keeps user and password where they are not asked for", async () => {
  await play({
    parent: PARENT_WITH_USER,
    script: async (peer) => {
      await peer.bytes(4);
      await peer.send(Uint8Array.from(NO_AUTHENTICATION));
      assertEquals([...await peer.bytes(4)], [5, 1, 0, 3]);
      await peer.send(Uint8Array.from(GRANTED));
    },
  });
});

Deno.test("connectThroughSocks5() reads answers that arrive byte by byte", async () => {
  for (
    const address of [[1, 1, 2, 3, 4], [3, 4, 97, 98, 99, 100], LITERALS[1]![1]]
  ) {
    await play({
      script: async (peer) => {
        await peer.bytes(3);
        for (const byte of NO_AUTHENTICATION) {
          await peer.send(Uint8Array.of(byte));
        }
        await peer.bytes(18);
        for (const byte of [5, 0, 0, ...address, 0, 80]) {
          await peer.send(Uint8Array.of(byte));
        }
      },
    });
  }
});

Deno.test("connectThroughSocks5() leaves what follows for the destination's reader", async () => {
  for (const address of [[1, 1, 2, 3, 4], [3, 2, 97, 98], LITERALS[1]![1]]) {
    using near = await pair(new TestNet());
    const connecting = connectThroughSocks5(near.conn, ORIGIN, PARENT);
    await near.peer.bytes(3);
    await near.peer.send(Uint8Array.from(NO_AUTHENTICATION));
    await near.peer.bytes(18);
    const greeting = [...new TextEncoder().encode("220 hi")];
    await near.peer.send(
      Uint8Array.from([5, 0, 0, ...address, 0, 80, ...greeting]),
    );
    await connecting;
    await fillTo(near.conn, 6);
    assertEquals(textIn(near.conn), "220 hi");
  }
});

const REPLIES: readonly [number, string, ErrorCode][] = [
  [1, "general failure", "destination_unavailable"],
  [2, "not allowed", "http_request_denied"],
  [3, "network unreachable", "destination_ip_unroutable"],
  [4, "host unreachable", "destination_ip_unroutable"],
  [5, "connection refused", "connection_refused"],
  [6, "time to live", "destination_ip_unroutable"],
  [7, "command not supported", "proxy_configuration_error"],
  [8, "address type not supported", "proxy_configuration_error"],
  [99, "unknown failure", "destination_unavailable"],
];

Deno.test("connectThroughSocks5() tells why the parent refuses", async () => {
  for (const [reply, text, code] of REPLIES) {
    const script = answerRequest(5, reply, 0, 1, 0, 0, 0, 0, 0, 0);
    const error = await refusal({ script });
    assertEquals(error.code, code);
    assertStringIncludes(error.message, text);
    assertStringIncludes(error.message, "origin.test:4660");
  }
});

Deno.test("connectThroughSocks5() refuses another version", async () => {
  for (
    const script of [
      answerGreeting(4, 0),
      answerGreeting(72, 84),
      answerRequest(4, 0, 0, 1),
    ]
  ) {
    const error = await refusal({ script });
    assertEquals(error.code, "proxy_configuration_error");
    assertStringIncludes(error.message, "SOCKS 5");
  }
});

Deno.test("connectThroughSocks5() tells that credentials are missing", async () => {
  for (const method of [2, 255]) {
    const error = await refusal({ script: answerGreeting(5, method) });
    assertEquals(error.code, "proxy_configuration_error");
    assertStringIncludes(error.message, "credentials");
  }
});

Deno.test("connectThroughSocks5() tells that credentials are refused, without showing them", async () => {
  const error = await refusal({
    parent: PARENT_WITH_USER,
    script: async (peer) => {
      await peer.bytes(4);
      await peer.send(Uint8Array.of(5, 2));
      await peer.bytes(12);
      await peer.send(Uint8Array.of(1, 1));
    },
  });
  assertEquals(error.code, "proxy_configuration_error");
  assertStringIncludes(error.message, "refuses the credentials");
  assertEquals(error.message.includes("cret"), false);
});

Deno.test("connectThroughSocks5() tells that the parent closed, wherever it does", async () => {
  for (
    const script of [
      answerGreeting(),
      answerGreeting(5),
      answerRequest(),
      answerRequest(5, 0),
      answerRequest(5, 0, 0, 3),
      answerRequest(5, 0, 0, 3, 9, 97),
      answerRequest(5, 0, 0, 4, 0),
    ]
  ) {
    const error = await refusal({ script });
    assertEquals(error.code, "connection_terminated");
  }
});

/** A script that grants everything at once, and keeps what it got. */
function grantAll(method: number): Play["script"] & { got: string } {
  const script = async (peer: Peer) => {
    const granted = method === 2 ? [5, 2, 1, 0] : NO_AUTHENTICATION;
    await peer.send(Uint8Array.from([...granted, ...GRANTED]));
    script.got = await peer.rest();
  };
  script.got = "";
  return script;
}

// RFC 1928 §5 gives the length of a name one byte: a longer name's rest would
// stand for the port and for data to the destination.
Deno.test("connectThroughSocks5() refuses a name that is too long, and sends nothing of it", async () => {
  const script = grantAll(0);
  const destination = { host: "a".repeat(256 + 8), port: 80 };
  await refusal({ destination, script });
  assertEquals(script.got.includes("a"), false);
});

// RFC 1929 §2: the same for user and password.
Deno.test("connectThroughSocks5() refuses credentials that are too long, and sends nothing of them", async () => {
  const long = ["u".repeat(256), "é".repeat(128)];
  for (const [user, password] of [[long[0]!, "p"], ["u", long[1]!]] as const) {
    const script = grantAll(2);
    const parent = { ...PARENT, credentials: { user, password } };
    const error = await refusal({ parent, script });
    assertEquals(error.code, "proxy_configuration_error");
    assertEquals(/[ué]/.test(script.got), false);
  }
});

Deno.test("connectThroughSocks5() refuses an address of a kind that SOCKS 5 does not have", async () => {
  for (const kind of [0, 2, 5, 255]) {
    const script = answerRequest(5, 0, 0, kind, 127, 0, 0, 1, 0, 80);
    const { code, message } = await refusal({ script });
    assertEquals(code, "proxy_configuration_error");
    assertStringIncludes(message, "it does not speak SOCKS 5");
  }
});
