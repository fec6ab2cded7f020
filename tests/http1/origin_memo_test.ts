import {
  assertEquals,
  assertLessOrEqual,
  assertStrictEquals,
} from "@std/assert";
import { OriginMemo } from "../../src/http1/origin_memo.ts";
import { parseTarget } from "../../src/http1/target.ts";

Deno.test("OriginMemo gives back the very object that was remembered", () => {
  const memo = new OriginMemo();
  const origin = {
    scheme: "http",
    authority: { host: "a.test", port: 80 },
    hostField: "a.test",
  } as const;
  assertEquals(memo.get("http://a.test"), undefined);
  memo.set("http://a.test", origin);
  assertStrictEquals(memo.get("http://a.test"), origin);
});

Deno.test("OriginMemo stays bounded whatever is asked for", () => {
  const memo = new OriginMemo();
  for (let i = 0; i < 5000; i++) {
    parseTarget("GET", `http://h${i}.test/`, memo);
    assertLessOrEqual(memo.size, 1024);
  }
});

Deno.test("parseTarget() with a memo understands the same as without, first and later", () => {
  const memo = new OriginMemo();
  const targets = [
    "http://A.test:81/x?y",
    "http://A.test:81",
    "HTTP://a.test/",
    "https://a.test/",
    "http://a.test/b://c",
    "http://[::1]:8080/",
    "http://a.test?q",
  ];
  for (const target of [...targets, ...targets]) {
    assertEquals(parseTarget("GET", target, memo), parseTarget("GET", target));
  }
});

Deno.test("parseTarget() with a memo gives one authority object for one origin", () => {
  const memo = new OriginMemo();
  const authorities = ["http://a.test/1", "http://a.test/2"].map((text) => {
    const target = parseTarget("GET", text, memo);
    return target.form === "absolute" ? target.authority : undefined;
  });
  assertStrictEquals(authorities[0], authorities[1]);
});

Deno.test("OriginMemo remembers nothing of a target that is refused", () => {
  const memo = new OriginMemo();
  for (
    const target of ["ftp://a.test/", "http://u@a.test/", "http://a.test:0/"]
  ) {
    try {
      parseTarget("GET", target, memo);
    } catch {
      // Refused, as it is without a memo.
    }
  }
  assertEquals(memo.size, 0);
});
