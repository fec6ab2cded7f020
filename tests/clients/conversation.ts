/**
 * What the small programs in programs/ do, each in the manner of its language: they get
 * the proxy's host and port, the URLs of both origins and the path of the certificate, and
 * say one line for each exchange: its name, the status, and the SHA-256 of what came.
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { content, digest } from "./content_origin.ts";
import { openStage, type Stage } from "./stage.ts";
import { succeed } from "./strangers.ts";

/** Bytes of each body that is asked for or sent, but for `large`. */
export const BODY_BYTES = 200_000;
const LARGE_BYTES = 5_000_000;

/** What each exchange has to bring. */
const EXPECTED: Readonly<Record<string, string>> = {
  get: `200 ${digest(content(BODY_BYTES))}`,
  large: `200 ${digest(content(LARGE_BYTES))}`,
  stream: `200 ${digest(content(BODY_BYTES))}`,
  post: `200 ${digest(digest("a".repeat(BODY_BYTES)))}`,
  chunked: `200 ${digest(digest("a".repeat(BODY_BYTES)))}`,
  missing: `404 ${digest("no such content\n")}`,
  "tls-get": `200 ${digest(content(BODY_BYTES))}`,
  "tls-post": `200 ${digest(digest("a".repeat(BODY_BYTES)))}`,
};

/**
 * Runs a program of programs/ and compares what it says, and what the proxy recorded.
 *
 * @param program What runs it.
 * @param args Arguments before the program's path.
 * @param name The program's file name.
 */
export async function converse(
  program: string,
  args: readonly string[],
  name: string,
): Promise<void> {
  await using stage = await openStage();
  const { certPath } = stage.certificate;
  await converseOn(stage, certPath, [program, ...args], name);
  await stage.proxy.record(({ method, outcome }) =>
    method === "CONNECT" && outcome === "tunnel"
  );
}

/**
 * The same on a stage that is set.
 *
 * @param certPath PEM of whom the program trusts.
 * @param runner What runs it, and arguments before the program's path.
 */
export async function converseOn(
  { proxy, plain, secure }: Stage,
  certPath: string,
  [program = "", ...args]: readonly string[],
  name: string,
): Promise<void> {
  const { text } = await succeed(program, [
    ...args,
    fromFileUrl(new URL(`programs/${name}`, import.meta.url)),
    ...["127.0.0.1", String(proxy.port), plain.url, secure.url],
    certPath,
  ]);
  const said = new Set(text.trim().split(/\r?\n/));
  const expected = Object.entries(EXPECTED).map(([what, end]) =>
    `${what} ${end}`
  );
  assertEquals([...said].sort(), expected.sort());
  for (const path of ["/bytes/200000", "/stream/200000", "/digest", "/none"]) {
    await proxy.record(({ url }) => url === plain.url + path);
  }
}
