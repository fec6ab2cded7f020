/**
 * Scenarios of sizes: bodies and heads around the sizes of buffers arrive intact,
 * whole or byte by byte.
 */

import { assert, assertEquals } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";

const KIBIBYTE = 1024;
const SIZES = [1, 2, 4, 8, 12, 16, 20, 32, 64, 256, 300].flatMap(
  (kibibytes) => {
    const size = kibibytes * KIBIBYTE;
    return [size - 1, size, size + 1];
  },
);

/** Text of that length in which no two places look the same for long. */
function textOf(length: number): string {
  let text = "";
  for (let i = 0; text.length < length; i++) text += i.toString(36) + "\r\n";
  return text.slice(0, length);
}

function chunksOf(text: string, size: number): string {
  let chunks = "";
  for (let at = 0; at < text.length; at += size) {
    const data = text.slice(at, at + size);
    chunks += `${data.length.toString(16)}\r\n${data}\r\n`;
  }
  return chunks + "0\r\n\r\n";
}

scenario(
  "bodies with Content-Length arrive intact at any size",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const accepted = origin.accept();
    for (const size of SIZES) {
      const text = textOf(size);
      const lines = [`Content-Length: ${size}`];
      const sent = c.send(request("POST", origin, "/", ...lines) + text);
      const o = await accepted;
      assert((await o.message()).body === text, `${size} bytes went up`);
      await sent;
      const answered = o.send(answer(text));
      assert((await c.message()).body === text, `${size} bytes came down`);
      await answered;
      await records.expect({ status: 200, bodyBytesOut: size });
    }
    assertEquals(origin.accepted, 1);
  },
);

for (const chunkSize of [1000, 4096, 8192, 16384, 100_000]) {
  scenario(
    `bodies in chunks of ${chunkSize} arrive intact at any size`,
    {},
    async (stage) => {
      const { origin, client, records } = stage;
      const c = await client();
      const accepted = origin.accept();
      for (const size of SIZES) {
        const text = textOf(size);
        const bytes = chunksOf(text, chunkSize);
        const sent = c.send(
          request("POST", origin, "/", "Transfer-Encoding: chunked") + bytes,
        );
        const o = await accepted;
        assert((await o.message()).body === text, `${size} bytes went up`);
        await sent;
        const answered = o.send(
          head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + bytes,
        );
        assert((await c.message()).body === text, `${size} bytes came down`);
        await answered;
        await records.expect({ status: 200, bodyBytesOut: size });
      }
      assertEquals(origin.accepted, 1);
    },
  );
}

scenario("heads of up to 60 KiB pass both ways", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const accepted = origin.accept();
  for (const kibibytes of [1, 3, 4, 5, 15, 16, 17, 33, 60]) {
    const lines = Array.from(
      { length: kibibytes },
      (_, i) =>
        `X-${i}: ${textOf(1010).replaceAll("\r\n", ",")}`.slice(0, 1022),
    );
    await c.send(get(origin, "/", ...lines));
    const o = await accepted;
    const sent = await o.head();
    assertEquals(sent.lines.filter((line) => line.startsWith("X-")), lines);
    await o.send(head("HTTP/1.1 200 OK", "Content-Length: 2", ...lines) + "ok");
    const got = await c.message();
    assertEquals(got.head.lines.filter((line) => line.startsWith("X-")), lines);
    assertEquals(got.body, "ok");
    await records.expect({ status: 200 });
  }
});

scenario(
  "an answer that comes byte by byte is the same answer",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const accepted = origin.accept();
    const answers = [
      answer("hello"),
      head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") +
      "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n",
      head("HTTP/1.1 103 Early Hints", "Link: </a>") + answer("hello"),
    ];
    for (const text of answers) {
      await c.send(get(origin));
      const o = await accepted;
      await o.head();
      for (const byte of text) await o.send(byte);
      let got = await c.message(text.includes(" 103 "));
      if (got.status === 103) got = await c.message();
      assertEquals(got.body, "hello");
      await records.expect({ status: 200, bodyBytesOut: 5 });
    }
  },
);

scenario(
  "a chunked body that comes byte by byte is the same body",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("POST", origin, "/", "Transfer-Encoding: chunked"));
    const o = await origin.accept();
    await o.head();
    for (const byte of chunksOf("hello world", 4)) await c.send(byte);
    assertEquals((await o.chunked()).body, "hello world");
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    await records.expect({ status: 200 });
  },
);
