import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { WireError } from "../../src/errors.ts";
import type { RequestHead } from "../../src/http1/head.ts";
import { Exchange } from "../../src/proxy/exchange.ts";
import { RequestHeadReader } from "../../src/proxy/request_head_reader.ts";
import { silentConn } from "./silent_conn.ts";

const HEAD = "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n";

/** A connection in whose buffer is what `add` puts there, and a reader of it. */
class Stage implements Disposable {
  readonly #silent = silentConn();
  readonly conn = this.#silent.conn;
  readonly heads = new RequestHeadReader(this.conn);

  /** What is read once `text` has come. */
  add(text: string): RequestHead | WireError | undefined {
    const bytes = new TextEncoder().encode(text);
    this.conn.bytes.set(bytes, this.conn.end);
    this.conn.end += bytes.length;
    return this.heads.tryRead();
  }

  [Symbol.dispose]() {
    this.#silent[Symbol.dispose]();
  }
}

function targetOf(head: RequestHead | WireError | undefined): string {
  assert(head !== undefined && !(head instanceof WireError), String(head));
  return head.target;
}

Deno.test("RequestHeadReader reads one head after another, and leaves what follows", () => {
  using stage = new Stage();
  assertEquals(stage.add(""), undefined);
  assertEquals(stage.add(HEAD.slice(0, 20)), undefined);
  const second = HEAD.replace("/ ", "/2 ");
  const read = stage.add(HEAD.slice(20) + second + "body");
  assertEquals(targetOf(read), "http://a.test/");
  assertEquals(targetOf(stage.heads.tryRead()), "http://a.test/2");
  assertEquals(stage.conn.available, 4);
});

Deno.test("RequestHeadReader skips one empty line before each head, and no more", () => {
  using stage = new Stage();
  for (let i = 0; i < 2; i++) {
    assertEquals(targetOf(stage.add("\r\n" + HEAD)), "http://a.test/");
  }
  const read = stage.add("\r\n\r\n");
  assert(read instanceof WireError);
  assertStringIncludes(read.message, "empty lines");
});

Deno.test("RequestHeadReader says what can be made out of a head that is none", () => {
  using stage = new Stage();
  const read = stage.add(
    "GET http://a.test/ HTTP/1.1\r\nHost : a.test\r\n\r\n",
  );
  assert(read instanceof WireError);
  const exchange = new Exchange("a", { ip: "192.0.2.1", port: 1 });
  stage.heads.describeRefused(exchange);
  assertEquals([exchange.method, exchange.url], ["GET", "http://a.test/"]);
});

Deno.test("RequestHeadReader says nothing of bytes that are no request line", () => {
  using stage = new Stage();
  assert(stage.add("\x16\x03\x01 \x00\r\n\r\n") instanceof WireError);
  const exchange = new Exchange("a", { ip: "192.0.2.1", port: 1 });
  stage.heads.describeRefused(exchange);
  assertEquals(exchange.method, "");
});
