import { assertEquals, assertRejects } from "@std/assert";
import { WireError } from "../../src/errors.ts";
import { CHUNKED, UNTIL_CLOSE } from "../../src/http1/framing.ts";
import { BodyReader } from "../../src/net/body_reader.ts";
import { fakeConn } from "./fake_stream.ts";
import { longText, TestNet, textIn, turn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

type Part = string | null | Error;

/** How reading a body came out. */
interface Outcome {
  readonly text: string;
  readonly isWhole: boolean;
  /** What was left in the connection's buffer. */
  readonly behind: string;
  readonly body: BodyReader;
}

/** Plays `parts`, one a read, to a reader that follows the loop in BodyReader's docs. */
async function readBody(
  length: number,
  parts: readonly Part[],
): Promise<Outcome> {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const body = new BodyReader(conn, length);
  const left = [...parts];
  let text = "";
  let isWhole = true;
  while (true) {
    if (body.take()) {
      const run = conn.bytes.subarray(body.start, body.end);
      text += new TextDecoder("latin1").decode(run);
    } else if (body.isDone) break;
    else {
      const filling = conn.fill();
      stream.answer(left.length > 0 ? left.shift()! : null);
      if (await filling || body.endWithConnection()) continue;
      isWhole = false;
      break;
    }
  }
  assertEquals(body.bytesTaken, text.length);
  return { text, isWhole, behind: textIn(conn), body };
}

/** The same text in one part, and one byte a part. */
function whole(text: string): Part[][] {
  return [[text], [...text]];
}

Deno.test("BodyReader knows that a body of length 0 is done", async () => {
  const { text, body } = await readBody(0, []);
  assertEquals([text, body.take(), body.isDone], ["", false, true]);
});

Deno.test("BodyReader reads a body of a known length, and not a byte behind it", async () => {
  for (const parts of whole("hello")) {
    const { text, isWhole } = await readBody(5, parts);
    assertEquals([text, isWhole], ["hello", true]);
  }
  const { text, behind } = await readBody(5, ["he", "lloHTTP/1.1 200"]);
  assertEquals([text, behind], ["hello", "HTTP/1.1 200"]);
});

Deno.test("BodyReader tells a body with a length that is cut short", async () => {
  for (const end of [null, new Deno.errors.ConnectionReset("reset")]) {
    const { text, isWhole, body } = await readBody(5, ["hel", end]);
    assertEquals([text, isWhole, body.isDone], ["hel", false, false]);
  }
});

Deno.test("BodyReader reads until the connection ends where that is the framing", async () => {
  const { text, isWhole } = await readBody(UNTIL_CLOSE, ["he", "llo", null]);
  assertEquals([text, isWhole], ["hello", true]);
  assertEquals((await readBody(UNTIL_CLOSE, [null])).isWhole, true);
});

Deno.test("BodyReader tells a reset from the end of a body without length", async () => {
  const reset = new Deno.errors.ConnectionReset("reset");
  const { text, isWhole } = await readBody(UNTIL_CLOSE, ["hel", reset]);
  assertEquals([text, isWhole], ["hel", false]);
});

Deno.test("BodyReader does not take our own closing for the end of a body", async () => {
  using near = fakeConn(new TestNet());
  const body = new BodyReader(near.conn, UNTIL_CLOSE);
  const filling = near.conn.fill();
  near.conn.close();
  assertEquals(await filling, false);
  assertEquals([body.endWithConnection(), body.isDone], [false, false]);
});

Deno.test("BodyReader reads chunks, and not a byte behind them", async () => {
  const text = "3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\n\r\n";
  for (const parts of whole(text)) {
    const { text, isWhole, behind } = await readBody(CHUNKED, parts);
    assertEquals([text, isWhole, behind], ["abcdefgh", true, ""]);
  }
  assertEquals((await readBody(CHUNKED, [text + "HTTP"])).behind, "HTTP");
});

Deno.test("BodyReader reads chunked bodies without data", async () => {
  for (const parts of whole("0\r\n\r\n")) {
    const { text, isWhole } = await readBody(CHUNKED, parts);
    assertEquals([text, isWhole], ["", true]);
  }
});

Deno.test("BodyReader.trailers are the fields behind the last chunk", async () => {
  for (const parts of whole("1\r\na\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n")) {
    const { text, body } = await readBody(CHUNKED, parts);
    assertEquals(text, "a");
    assertEquals(body.trailers?.names, ["X-Sum", "X-Other"]);
  }
  assertEquals((await readBody(1, ["a"])).body.trailers, undefined);
});

Deno.test("BodyReader reads a trailer section that outgrows the buffer", async () => {
  const value = longText(10_000);
  const text = `1\r\na\r\n0\r\nX-Long: ${value}\r\n\r\n`;
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const body = new BodyReader(conn, CHUNKED);
  conn.readAhead();
  stream.answer(text);
  while (!body.isDone) {
    if (!body.take() && !body.isDone) assertEquals(await conn.fill(), true);
  }
  assertEquals(body.trailers?.get("x-long"), value);
});

Deno.test("BodyReader tells a chunked body that is cut short, wherever", async () => {
  const text = "3\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\n";
  for (let at = 0; at < text.length; at++) {
    const { isWhole } = await readBody(
      CHUNKED,
      at > 0 ? [text.slice(0, at)] : [],
    );
    assertEquals(isWhole, false, `cut at ${at}`);
  }
});

Deno.test("BodyReader refuses bad chunks, after the data before them", async () => {
  for (
    const bad of [
      "x\r\n",
      "-1\r\n",
      "\r\n",
      "3\nabc",
      "1\r\nab",
      "0\r\nA\r\n\r\n",
    ]
  ) {
    for (const parts of whole("1\r\na\r\n" + bad)) {
      await assertRejects(() => readBody(CHUNKED, parts), WireError);
    }
  }
});

Deno.test("BodyReader points at runs that stay valid until the next fill()", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const body = new BodyReader(conn, CHUNKED);
  const filling = conn.fill();
  stream.answer("1\r\na\r\n1\r\nb\r\n");
  await filling;
  const runs: Uint8Array[] = [];
  while (body.take()) runs.push(conn.bytes.subarray(body.start, body.end));
  await turn();
  assertEquals(runs.map((run) => new TextDecoder().decode(run)), ["a", "b"]);
});
