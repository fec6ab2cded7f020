import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { StoreDesk } from "../../src/admin/cache_desk.ts";
import { lookText, pageText, sizeText } from "../../src/cli/cache_text.ts";
import { filledStore, type Filling, NOW_MS } from "../admin/filled_store.ts";
import { fieldsOf } from "../cache/stored_responses.ts";

const EVIL = "\x1b[31m\x9b2J";
/** A control character, but the end of a line. */
const CONTROL = /(?!\n)\p{Cc}/u;

async function deskOf(
  ...fillings: readonly (string | Filling)[]
): Promise<StoreDesk> {
  const store = await filledStore(...fillings);
  return new StoreDesk(store, { now: () => NOW_MS });
}

async function listText(
  limit: number,
  ...fillings: readonly (string | Filling)[]
): Promise<string> {
  const desk = await deskOf(...fillings);
  return pageText(await desk.page({ sort: "url", limit }));
}

Deno.test("pageText() is a table with what an operator asks first", async () => {
  const text = await listText(
    5,
    { url: "http://a.test/1", bodyLength: 1_536, tags: ["x", "y"] },
    { url: "http://a.test/2", lines: ["Cache-Control: max-age=2"] },
    { url: "http://a.test/3", lines: ["Cache-Control: no-cache"] },
  );
  assertEquals(
    text.split("\n"),
    [
      "status  size     age   freshness   tier    tags  URL",
      "200     1.5 KiB  22 s  fresh 38 s  memory  x y   http://a.test/1",
      "200     10 B     22 s  stale 20 s  memory        http://a.test/2",
      "200     10 B     22 s  no-cache    memory        http://a.test/3",
      "",
      "3 entries",
    ],
  );
});

Deno.test("pageText() says when there is more, or nothing", async () => {
  assertEquals(await listText(5), "Nothing is stored.");
  assertMatch(
    await listText(1, "http://a.test/1", "http://a.test/2"),
    /\n\n1 of 2 entries: see more with --limit, or all of them with --json$/,
  );
});

Deno.test("pageText() and lookText() let nothing through that a terminal obeys", async () => {
  const url = `http://a.test/${EVIL}`;
  const filling: Filling = {
    url,
    key: "http://a.test/1",
    tags: [`t${EVIL}`],
    reasonPhrase: `OK${EVIL}`,
    lines: [`X-Evil: ${EVIL}`, "Cache-Control: max-age=60"],
    selecting: [{ name: "accept", value: EVIL }],
  };
  const desk = await deskOf(filling);
  const page = await desk.page({ sort: "url", limit: 5 });
  const look = await desk.look("http://a.test/1", fieldsOf("Accept: x"));
  const missing = await desk.look("http://a.test/2", fieldsOf());
  const texts = [pageText(page), lookText(look), lookText(missing)];
  for (const text of texts) {
    assertEquals(CONTROL.test(text), false, JSON.stringify(text));
    assertStringIncludes(text, "\\x1b[31m\\x9b2J");
  }
});

Deno.test("lookText() tells all that is known of a URL", async () => {
  const url = "http://a.test/1";
  const desk = await deskOf({
    url,
    lines: [
      "Cache-Control: s-maxage=60, stale-if-error=30",
      "Set-Cookie: secret",
    ],
    selecting: [{ name: "accept", value: "a/b" }, {
      name: "dnt",
      value: undefined,
    }],
    tags: ["news", "x"],
    receivedAgeSeconds: 2,
  });
  const text = lookText(await desk.look(url, fieldsOf("Accept: a/b")));
  assertEquals(text.split("\n"), [
    "http://a.test/1",
    "",
    "Such a request now: hit: it is fresh for 36 s.",
    "",
    "Variant 1 of 1 (the one for such a request)",
    "  freshness fresh for 36 s: s-maxage=60 from Cache-Control, minus an age of 24 s (22 s here + 2 s that it came with)",
    "            is never used stale but in windows that it grants itself: must-revalidate, proxy-revalidate or s-maxage",
    "            may be used for 30 s after it went stale, when the origin fails: stale-if-error",
    "  varies by accept: a/b; dnt missing",
    "  asked     1994-11-06T08:49:36.900Z",
    "  came      1994-11-06T08:49:37.000Z, with an Age of 2 s",
    "  size      head 84 B, body 10 B",
    "  tier      memory",
    "  tags      news, x",
    "",
    "  HTTP/1.1 200 OK",
    "  Cache-Control: s-maxage=60, stale-if-error=30",
    "  Set-Cookie: ***",
  ]);
});

Deno.test("lookText() names the key where a rule gave it", async () => {
  const url = "http://a.test/1";
  const desk = await deskOf({ url, key: "key phone" });
  const text = lookText(await desk.look(url, fieldsOf()));
  assertStringIncludes(text, `${url}\nunder the key: key phone\n`);
});

Deno.test("lookText() names the nearest where nothing is stored", async () => {
  const desk = await deskOf("http://a.test/1");
  assertEquals(
    lookText(await desk.look("http://a.test/2", fieldsOf())),
    "Nothing is stored for http://a.test/2\nStored for the same host:\n  http://a.test/1",
  );
  assertEquals(
    lookText(await desk.look("http://b.test/", fieldsOf())),
    "Nothing is stored for http://b.test/\nor for any other URL of its host.",
  );
});

Deno.test("sizeText() takes the unit that fits", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_024, "1.0 KiB"],
    [10 * 1_024, "10 KiB"],
    [1_024 ** 2, "1.0 MiB"],
    [3 * 1_024 ** 4, "3.0 TiB"],
    [1_024 ** 5, "1024 TiB"],
  ];
  for (const [bytes, text] of cases) assertEquals(sizeText(bytes), text);
});
