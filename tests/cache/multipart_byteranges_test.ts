import { assertEquals, assertStrictEquals } from "@std/assert";
import { multipartByteranges } from "../../src/cache/multipart_byteranges.ts";
import { stored, storedPart } from "./stored_responses.ts";

const BODY = new TextEncoder().encode("0123456789");
const BOUNDARY = "THIS_STRING_SEPARATES";

function textOf(pieces: readonly Uint8Array[]): string {
  return pieces.map((piece) => new TextDecoder().decode(piece)).join("");
}

Deno.test("multipartByteranges() is a multipart of the form of RFC 9110 §14.6", () => {
  const spans = [{ start: 1, end: 3 }, { start: 9, end: 10 }];
  const response = stored(["Content-Type: text/plain"]);
  const multipart = multipartByteranges(BODY, response, spans, BOUNDARY);
  assertEquals(
    textOf(multipart.pieces),
    [
      "--THIS_STRING_SEPARATES",
      "Content-Type: text/plain",
      "Content-Range: bytes 1-2/10",
      "",
      "12",
      "--THIS_STRING_SEPARATES",
      "Content-Type: text/plain",
      "Content-Range: bytes 9-9/10",
      "",
      "9",
      "--THIS_STRING_SEPARATES--",
      "",
    ].join("\r\n"),
  );
  assertEquals(
    multipart.contentType,
    "multipart/byteranges; boundary=THIS_STRING_SEPARATES",
  );
  assertEquals(multipart.length, textOf(multipart.pieces).length);
});

Deno.test("multipartByteranges() takes the bytes of a part from where they are in it", () => {
  const spans = [{ start: 5, end: 6 }, { start: 8, end: 9 }];
  const part = storedPart(4, 9, undefined);
  const body = BODY.subarray(4, 9);
  const { pieces } = multipartByteranges(body, part, spans, BOUNDARY);
  assertEquals([textOf([pieces[1]!]), textOf([pieces[3]!])], ["5", "8"]);
  assertEquals(
    textOf([pieces[0]!]),
    "--THIS_STRING_SEPARATES\r\nContent-Range: bytes 5-5/*\r\n\r\n",
  );
});

Deno.test("multipartByteranges() copies no bytes of the body, and changes none of the Content-Type", () => {
  const response = stored(["Content-Type: text/\xfc"]);
  const spans = [{ start: 0, end: 9 }];
  const { pieces } = multipartByteranges(BODY, response, spans, BOUNDARY);
  assertStrictEquals(pieces[1]!.buffer, BODY.buffer);
  assertEquals(pieces[0]!.includes(0xfc), true);
});
