import { assertEquals, assertThrows } from "@std/assert";
import {
  MAX_HELLO_BYTES,
  startsTls,
  tryReadClientHello,
} from "../../src/mitm/client_hello.ts";

/** What a client of the runtime says first. */
async function hello(
  hostname: string,
  alpnProtocols: string[] = [],
): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connecting = Deno.connectTls({
    hostname,
    port: listener.addr.port,
    alpnProtocols,
  }).then((conn) => conn.handshake().finally(() => conn.close()));
  const refused = connecting.catch(() => {});
  using conn = await listener.accept();
  const bytes = new Uint8Array(64 * 1024);
  const count = await conn.read(bytes);
  await conn.closeWrite();
  await refused;
  return bytes.slice(0, count!);
}

/** Records with a piece of the message each. */
function inRecords(record: Uint8Array, pieceBytes: number): Uint8Array {
  const bytes: number[] = [];
  for (let at = 5; at < record.length; at += pieceBytes) {
    const piece = record.subarray(at, at + pieceBytes);
    bytes.push(0x16, 3, 1, piece.length >> 8, piece.length & 0xff, ...piece);
  }
  return Uint8Array.from(bytes);
}

Deno.test("tryReadClientHello() reads the name and the protocols", async () => {
  assertEquals(
    tryReadClientHello(await hello("localhost", ["h2", "http/1.1"])),
    { serverName: "localhost", alpnProtocols: ["h2", "http/1.1"] },
  );
  assertEquals(tryReadClientHello(await hello("127.0.0.1")), {
    serverName: undefined,
    alpnProtocols: undefined,
  });
});

Deno.test("tryReadClientHello() waits until all is there, in however many records", async () => {
  const record = await hello("localhost");
  for (const bytes of [record, inRecords(record, 100), inRecords(record, 1)]) {
    for (let count = 1; count < bytes.length; count++) {
      const part = bytes.subarray(0, count);
      assertEquals([startsTls(part), tryReadClientHello(part)], [
        true,
        undefined,
      ]);
    }
    assertEquals(tryReadClientHello(bytes)?.serverName, "localhost");
  }
  const more = Uint8Array.of(...record, 0x16, 3, 1, 0, 9);
  assertEquals(tryReadClientHello(more)?.serverName, "localhost");
});

// Invariant: whatever byte is another one, it is read as something, or waited for, or refused.
Deno.test("tryReadClientHello() reads no name out of what is malformed", async () => {
  const record = await hello("localhost");
  for (let at = 0; at < record.length; at++) {
    const damaged = record.slice();
    damaged[at] = damaged[at]! ^ 0xff;
    try {
      tryReadClientHello(damaged);
    } catch (error) {
      assertEquals(error instanceof RangeError, true, `${at}: ${error}`);
    }
  }
  const cut = record.slice();
  // The extensions are said to be one byte longer than the message.
  cut[record.length - 1] = 0;
  cut[4]!--;
  cut[8]!--;
  const nothing = { serverName: undefined, alpnProtocols: undefined };
  assertEquals(tryReadClientHello(cut.subarray(0, -1)), nothing);
  assertEquals(
    tryReadClientHello(Uint8Array.of(0x16, 3, 1, 0, 4, 2, 0, 0, 0)),
    nothing,
  );
});

Deno.test("tryReadClientHello() refuses what is longer than anybody sends", () => {
  const message = Uint8Array.of(0x16, 3, 1, 0x40, 0, 1, 1, 0, 0);
  const bytes = new Uint8Array(MAX_HELLO_BYTES + 5);
  bytes.set(message);
  bytes.set(message, 5 + 0x4000);
  // Whether a byte too many has come or all of it lies in the buffer.
  for (const length of [2 * 5 + 0x4000, bytes.length, 40_000, 70_000]) {
    const longer = new Uint8Array(length);
    longer.set(bytes.subarray(0, length));
    assertThrows(() => tryReadClientHello(longer), RangeError, "20480 bytes");
  }
});

Deno.test("startsTls() tells TLS from other protocols", () => {
  const texts = ["GET / HTTP/1.1", "SSH-2.0-x", "\x16\x04", "\x80\x2e\x01"];
  for (const text of texts) {
    assertEquals(startsTls(new TextEncoder().encode(text)), false, text);
  }
});
