import { assertEquals } from "@std/assert";
import { cacheRequest } from "../../src/cache/cache_request.ts";
import type { StoredResponse } from "../../src/cache/entry.ts";
import { judgeStoring } from "../../src/cache/storable.ts";
import {
  EARLIER_DATE,
  fieldsOf,
  RECEIVED_DATE,
  stored,
} from "./stored_responses.ts";

const FRESH = "Cache-Control: max-age=60";
const ETAG = 'ETag: "a"';
const HEURISTIC = [`Date: ${RECEIVED_DATE}`, `Last-Modified: ${EARLIER_DATE}`];
const RULE = { ttlSeconds: 60 };

interface Case {
  readonly method?: string;
  readonly request?: readonly string[];
  readonly response?: readonly string[];
  readonly overrides?: Partial<StoredResponse>;
}

/** The reason for which a response is not stored; "stored" for one that is. */
function verdict({ method, request, response, overrides }: Case): string {
  const storing = judgeStoring(
    cacheRequest(method ?? "GET", fieldsOf(...request ?? [])),
    stored(response, overrides),
  );
  return storing.isStorable ? "stored" : storing.reason;
}

function responses(
  cases: readonly [line: string | readonly string[], expected: string][],
  more: Omit<Case, "response"> = {},
): void {
  for (const [line, expected] of cases) {
    const response = typeof line === "string" ? [line] : line;
    assertEquals(verdict({ ...more, response }), expected, response.join("; "));
  }
}

Deno.test("judgeStoring() stores answers to GET alone", () => {
  for (const method of ["HEAD", "POST", "PUT", "OPTIONS", "QUERY", "get"]) {
    assertEquals(verdict({ method, response: [FRESH] }), "method", method);
  }
  assertEquals(verdict({ response: [FRESH] }), "stored");
});

Deno.test("judgeStoring() obeys no-store of the request, also against a rule (RFC 9111 §5.2.1.5)", () => {
  const request = ["Cache-Control: no-store"];
  responses([[FRESH, "request-no-store"]], { request });
  responses([[FRESH, "request-no-store"]], {
    request,
    overrides: { grant: RULE },
  });
});

Deno.test("judgeStoring() stores every final status with explicit freshness, but those that answer more than a URL", () => {
  for (
    const status of [
      ...[200, 201, 203, 204, 299, 301, 302, 303, 307, 308],
      ...[400, 404, 410, 499, 500, 502, 503, 504, 599],
    ]
  ) {
    responses([[FRESH, "stored"]], { overrides: { status } });
    const stale = [["Expires: 0", ...HEURISTIC], "stored"] as const;
    responses([[...stale]], { overrides: { status } });
  }
  for (const status of [103, 304, 407, 412, 416, 428, 429, 431, 511]) {
    responses([[FRESH, "status"]], { overrides: { status } });
  }
});

Deno.test("judgeStoring() stores a 206 that says what it has (RFC 9111 §3.3)", () => {
  const part = "Content-Range: bytes 4-9/10";
  responses([
    [FRESH, "content-range"],
    [[FRESH, part], "stored"],
    [[FRESH, "Content-Range: bytes 4-9/*"], "stored"],
    [[FRESH, "Content-Range: bytes 9-4/10"], "content-range"],
    [[FRESH, "Content-Range: lines 4-9/10"], "content-range"],
    [[FRESH, part, part], "content-range"],
  ], { request: ["Range: bytes=-5"], overrides: { status: 206 } });
  responses([[FRESH, "stored"]], { request: ["Range: bytes=-5"] });
});

Deno.test("judgeStoring() with must-understand stores what it understands, whatever no-store says (RFC 9111 §5.2.2.3)", () => {
  const understand = "Cache-Control: max-age=60, must-understand";
  responses([[understand, "stored"], [`${understand}, no-store`, "stored"]]);
  responses([[understand, "must-understand"], [
    `${understand}, no-store`,
    "must-understand",
  ]], { overrides: { status: 599 } });
});

Deno.test("judgeStoring() obeys no-store and private of the response (RFC 9111 §3)", () => {
  responses([
    ["Cache-Control: no-store", "no-store"],
    ["Cache-Control: No-StOrE, max-age=60", "no-store"],
    [["Cache-Control: max-age=60", "Cache-Control: no-store"], "no-store"],
    ["Cache-Control: private, max-age=60", "private"],
    ['Cache-Control: private="a", max-age=60', "stored"],
    ["CDN-Cache-Control: no-store", "no-store"],
    [["Cache-Control: no-store", "CDN-Cache-Control: max-age=60"], "stored"],
  ]);
});

Deno.test("judgeStoring(): a rule's lifetime goes before no-store, private and missing freshness of the response", () => {
  const overrides = { grant: RULE };
  responses([
    ["X: y", "stored"],
    ["Cache-Control: no-store", "stored"],
    ["Cache-Control: private", "stored"],
    ["Cache-Control: no-cache", "stored"],
    ["Set-Cookie: a=b", "stored"],
    ["Vary: *", "vary"],
  ], { overrides });
  responses([["X: y", "stored"]], { overrides: { grant: RULE, status: 403 } });
  responses([["X: y", "status"]], { overrides: { grant: RULE, status: 412 } });
  responses([["Cache-Control: no-store", "no-store"]], {
    overrides: { grant: { ttlSeconds: 0 } },
  });
});

Deno.test("judgeStoring(): with Authorization only what a directive allows, a rule or not (RFC 9111 §3.5)", () => {
  const request = ["Authorization: Basic x"];
  responses([
    [FRESH, "authorization"],
    ["Expires: Sun, 06 Nov 2094 08:49:37 GMT", "authorization"],
    ["Cache-Control: max-age=60, public", "stored"],
    ["Cache-Control: max-age=60, must-revalidate", "stored"],
    ["Cache-Control: s-maxage=60", "stored"],
    ["Cache-Control: max-age=60, proxy-revalidate", "authorization"],
  ], { request });
  responses([[FRESH, "authorization"]], {
    request,
    overrides: { grant: RULE },
  });
});

Deno.test("judgeStoring() refuses a Vary that nothing can match (RFC 9111 §4.1)", () => {
  responses([
    [[FRESH, "Vary: Accept-Encoding"], "stored"],
    [[FRESH, "Vary: *"], "vary"],
    [[FRESH, "Vary: Foo", "Vary: , *"], "vary"],
  ]);
});

Deno.test("judgeStoring() wants freshness, or a validator to gain it by", () => {
  responses([
    ["X: y", "no-freshness"],
    [ETAG, "stored"],
    [HEURISTIC, "stored"],
    ["Cache-Control: max-age=0", "expired"],
    [["Cache-Control: max-age=0", ETAG], "stored"],
    ["Expires: 0", "expired"],
    ["Cache-Control: max-age=0, stale-while-revalidate=60", "stored"],
    ["Cache-Control: max-age=0, stale-if-error=60", "stored"],
    ["Cache-Control: max-age=60, no-cache", "no-validator"],
    [["Cache-Control: no-cache", ETAG], "stored"],
  ]);
  for (const status of [201, 202, 403, 502, 503, 504, 599]) {
    const overrides = { status };
    responses([[HEURISTIC, "no-freshness"], [[ETAG], "no-freshness"]], {
      overrides,
    });
    responses([[[...HEURISTIC, "Cache-Control: public"], "stored"]], {
      overrides,
    });
  }
});

Deno.test("judgeStoring() assumes no lifetime for what carries cookies", () => {
  responses([
    [[FRESH, "Set-Cookie: a=b"], "stored"],
    [[...HEURISTIC, "Set-Cookie: a=b"], "set-cookie"],
    [[ETAG, "Set-Cookie: a=b"], "set-cookie"],
    [
      [...HEURISTIC, "Set-Cookie: a=b", 'Cache-Control: private="set-cookie"'],
      "stored",
    ],
  ]);
  const request = ["Cookie: a=b"];
  responses([[FRESH, "stored"], [HEURISTIC, "stored"]], { request });
  const overrides = { grant: { defaultTtlSeconds: 60 } };
  responses([["X: y", "cookie"], [FRESH, "stored"]], { request, overrides });
  responses([["X: y", "stored"], ["Set-Cookie: a=b", "set-cookie"]], {
    overrides,
  });
});

Deno.test("judgeStoring(): the operator's default makes only heuristically cacheable responses storable", () => {
  const grant = { defaultTtlSeconds: 60 };
  responses([["X: y", "stored"], ["Cache-Control: no-store", "no-store"]], {
    overrides: { grant },
  });
  responses([["X: y", "no-freshness"]], { overrides: { grant, status: 500 } });
});
