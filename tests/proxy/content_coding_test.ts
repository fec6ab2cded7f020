import { assertEquals } from "@std/assert";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { Fields } from "../../src/http1/fields.ts";
import {
  contentCodings,
  decodeContent,
} from "../../src/proxy/content_coding.ts";

const CODERS: [coding: string, code: (bytes: Uint8Array) => Uint8Array][] = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
];

Deno.test("decodeContent() undoes each coding, up to the cap and no further", async () => {
  const content = crypto.getRandomValues(new Uint8Array(1000));
  for (const [coding, code] of CODERS) {
    const coded = code(content);
    for (const cap of [1000, 100_000]) {
      const got = await decodeContent(coded, [coding], cap);
      assertEquals(got && new Uint8Array(got), content, coding);
    }
    assertEquals(await decodeContent(coded, [coding], 999), undefined, coding);
  }
});

Deno.test("decodeContent() stops a bomb at the cap", async () => {
  const zeros = new Uint8Array(20_000_000);
  for (const [coding, code] of CODERS) {
    const startMs = performance.now();
    const bomb = code(zeros);
    const codedMs = performance.now() - startMs;
    assertEquals(await decodeContent(bomb, [coding], 1000), undefined, coding);
    assertEquals(performance.now() - startMs - codedMs < 1000, true);
  }
});

Deno.test("decodeContent() gives nothing for what it can't undo", async () => {
  const junk = new Uint8Array([1, 2, 3, 4, 5]);
  for (const [coding] of CODERS) {
    assertEquals(await decodeContent(junk, [coding], 100), undefined, coding);
  }
  assertEquals(await decodeContent(junk, ["compress"], 100), undefined);
  assertEquals(await decodeContent(junk, ["toString"], 100), undefined);
  const many = Array(4).fill("gzip");
  assertEquals(await decodeContent(junk, many, 100), undefined);
  assertEquals(await decodeContent(junk, [], 5), junk);
  assertEquals(await decodeContent(junk, [], 4), undefined);
  const none = new Uint8Array(0);
  assertEquals(await decodeContent(none, ["gzip"], 4), none);
});

Deno.test("contentCodings() are those that change the bytes, in order", () => {
  const fields = new Fields();
  fields.append("Content-Encoding", "GZIP, identity");
  fields.append("Content-Encoding", "br");
  assertEquals(contentCodings(fields), ["gzip", "br"]);
});
