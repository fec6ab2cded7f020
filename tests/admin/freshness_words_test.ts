import { assertEquals } from "@std/assert";
import {
  freshnessNotes,
  freshnessWords,
} from "../../src/admin/freshness_words.ts";
import type { StoredResponse } from "../../src/cache/entry.ts";
import {
  EARLIER_DATE,
  entryOf,
  RECEIVED_DATE,
  RECEIVED_MS,
} from "../cache/stored_responses.ts";

function words(
  lines: readonly string[],
  overrides: Partial<StoredResponse> = {},
  secondsLater = 20,
): string {
  const entry = entryOf(1, lines, overrides);
  return freshnessWords(entry, RECEIVED_MS + secondsLater * 1000);
}

Deno.test("freshnessWords() tells the sum for each source of a lifetime", () => {
  const came = {
    receivedAgeSeconds: 2,
    requestTimeMs: RECEIVED_MS,
  };
  const cases: [string, string][] = [
    [
      words(["Cache-Control: s-maxage=60"], came),
      "fresh for 38 s: s-maxage=60 from Cache-Control, minus an age of 22 s (20 s here + 2 s that it came with)",
    ],
    [
      words(["Cache-Control: max-age=30"]),
      "fresh for 10 s: max-age=30 from Cache-Control, minus an age of 20 s",
    ],
    [
      words(["Cache-Control: max-age=5"], came),
      "stale for 17 s: max-age=5 from Cache-Control, minus an age of 22 s (20 s here + 2 s that it came with)",
    ],
    [
      words(["CDN-Cache-Control: max-age=600", "Cache-Control: no-store"]),
      "fresh for 9 min 40 s: 600 s from CDN-Cache-Control, minus an age of 20 s",
    ],
    [
      words([
        `Date: ${RECEIVED_DATE}`,
        "Expires: Sun, 06 Nov 1994 09:49:37 GMT",
      ]),
      "fresh for 59 min 40 s: 1 h from Date to Expires, minus an age of 20 s",
    ],
    [
      words([`Date: ${RECEIVED_DATE}`, `Last-Modified: ${EARLIER_DATE}`]),
      "fresh for 5 min 40 s: 6 min by heuristics, a tenth of its age since Last-Modified, minus an age of 20 s",
    ],
    [
      words([], { ...came, grant: { ttlSeconds: 30 } }),
      "fresh for 10 s: 30 s that a rule grants, minus 20 s here",
    ],
    [
      words([], { ...came, grant: { defaultTtlSeconds: 10 } }),
      "stale for 10 s: 10 s from --cache-default-ttl, minus 20 s here",
    ],
    [
      words([]),
      "stale for 20 s: it states no lifetime, minus an age of 20 s",
    ],
    [
      words(["Cache-Control: max-age=60"], { receivedAgeSeconds: Infinity }),
      "stale: it came with an Age that can't be read, which counts as very old",
    ],
  ];
  for (const [got, expected] of cases) assertEquals(got, expected);
});

Deno.test("freshnessWords() adds up although the parts are cut to seconds", () => {
  const entry = entryOf(1, ["Cache-Control: s-maxage=60"], {
    requestTimeMs: RECEIVED_MS - 2_500,
  });
  assertEquals(
    freshnessWords(entry, RECEIVED_MS + 20_700),
    "fresh for 37 s: s-maxage=60 from Cache-Control, minus an age of 23 s (21 s here + 2 s that it came with)",
  );
});

Deno.test("freshnessNotes() tells what else holds", () => {
  const notes = (line: string) =>
    freshnessNotes(entryOf(1, [`Cache-Control: ${line}`]))
      .map((note) => note.replace(/^.*: /, ""));
  assertEquals(notes("max-age=60"), []);
  assertEquals(notes("no-cache"), ["no-cache"]);
  assertEquals(notes("s-maxage=1"), [
    "must-revalidate, proxy-revalidate or s-maxage",
  ]);
  assertEquals(
    notes(
      "max-age=1, stale-while-revalidate=5, stale-if-error=6, immutable",
    ),
    ["stale-while-revalidate", "stale-if-error", "immutable"],
  );
  const purged = entryOf(1, ["Cache-Control: max-age=60"]);
  purged.isInvalidated = true;
  assertEquals(freshnessNotes(purged).length, 1);
});
