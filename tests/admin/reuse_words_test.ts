import { assertEquals } from "@std/assert";
import { rangeWords, verdictOn } from "../../src/admin/reuse_words.ts";
import { Entry } from "../../src/cache/entry.ts";
import {
  entryOf,
  fieldsOf,
  RECEIVED_MS,
  storedPart,
} from "../cache/stored_responses.ts";

const NOW_MS = RECEIVED_MS + 20_000;
const FRESH = entryOf(1, ["Cache-Control: max-age=60", 'ETag: "a"']);
const STALE = entryOf(2, [
  "Cache-Control: max-age=10, stale-while-revalidate=5",
  'ETag: "a"',
]);

function verdict(entries: readonly Entry[], ...lines: string[]): string {
  const { outcome, words } = verdictOn(entries, fieldsOf(...lines), NOW_MS);
  return `${outcome}: ${words}`;
}

Deno.test("verdictOn() says why a stored response is used", () => {
  assertEquals(verdict([FRESH]), "hit: it is fresh for 40 s");
  assertEquals(
    verdict([FRESH], 'If-None-Match: "a"'),
    "hit: it is fresh for 40 s; the client has it already: 304",
  );
  assertEquals(
    verdict([STALE], "Cache-Control: max-stale"),
    "stale: it is stale, and the request takes that: max-stale",
  );
  const window = entryOf(1, [
    "Cache-Control: max-age=10, stale-while-revalidate=30",
  ]);
  assertEquals(
    verdict([window]),
    "stale: it is stale, and sent while it is validated: stale-while-revalidate",
  );
});

Deno.test("verdictOn() says why a stored response is validated first", () => {
  const asked = "the origin is asked whether it has changed";
  assertEquals(verdict([STALE]), `validate: it is stale: ${asked}`);
  assertEquals(
    verdict([FRESH], "Cache-Control: no-cache"),
    `validate: the request has no-cache: ${asked}`,
  );
  assertEquals(
    verdict([FRESH], "Cache-Control: max-age=10"),
    `validate: it is older than the max-age of the request: ${asked}`,
  );
  assertEquals(
    verdict([FRESH], "Cache-Control: min-fresh=50"),
    `validate: it is not fresh for the min-fresh of the request: ${asked}`,
  );
  const purged = entryOf(1, ["Cache-Control: max-age=60", 'ETag: "a"']);
  purged.isInvalidated = true;
  assertEquals(verdict([purged]), `validate: it was invalidated: ${asked}`);
  assertEquals(
    verdict([entryOf(1, ["Cache-Control: no-cache", 'ETag: "a"'])]),
    `validate: the response has no-cache: ${asked}`,
  );
});

Deno.test("verdictOn() says why nothing stored is of use", () => {
  assertEquals(verdict([]), "miss: nothing is stored under its key");
  assertEquals(
    verdict([entryOf(1, ["Cache-Control: max-age=10"])]),
    "miss: it is stale, and has no ETag or Last-Modified to validate it by",
  );
  assertEquals(
    verdict([FRESH], "Cache-Control: no-store"),
    "miss: the request has no-store",
  );
  assertEquals(
    verdict([FRESH], 'If-Match: "a"'),
    "miss: If-Match and If-Unmodified-Since are for the origin to judge",
  );
  const part = storedPart(0, 5, 10, ["Cache-Control: max-age=60"]);
  assertEquals(
    verdict([new Entry(1, part, undefined)]),
    "miss: only the part 0-4 of 10 bytes is stored",
  );
});

Deno.test("verdictOn() says what variants were asked with", () => {
  const variant = (id: number, value: string | undefined, name = "accept") =>
    entryOf(id, ["Cache-Control: max-age=60"], {
      selecting: [{ name, value }],
    });
  assertEquals(
    verdict([variant(1, "text/html"), variant(2, "*/*")], "Accept: a/b"),
    'miss: no stored variant is for such a request: accept was "text/html", not "a/b"; accept was "*/*", not "a/b"',
  );
  assertEquals(
    verdict([variant(1, undefined)], "Accept: a/b"),
    'miss: no stored variant is for such a request: accept was missing, not "a/b"',
  );
  assertEquals(
    verdict([variant(1, "secret", "cookie")], "Cookie: other"),
    'miss: no stored variant is for such a request: cookie was "***", not "***"',
  );
});

Deno.test("verdictOn() says that only-if-cached gets a 504 for what is not there", () => {
  const only = "Cache-Control: only-if-cached";
  const end = "; the request has only-if-cached, so it gets a 504";
  assertEquals(
    verdict([], only),
    `refused: nothing is stored under its key${end}`,
  );
  assertEquals(
    verdict([entryOf(1, ["Cache-Control: max-age=10"])], only),
    `refused: it may not be used as it is${end}`,
  );
  assertEquals(verdict([FRESH], only), "hit: it is fresh for 40 s");
});

Deno.test("rangeWords() tells a part from a whole", () => {
  const words = [storedPart(2, 5, undefined), FRESH.response].map((response) =>
    rangeWords(new Entry(1, response, undefined))
  );
  assertEquals(words, ["the part 2-4 of unknown bytes", "a body of 10 bytes"]);
});
