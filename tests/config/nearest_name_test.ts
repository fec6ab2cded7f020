import { assertEquals } from "@std/assert";
import { nearestName } from "../../src/config/nearest_name.ts";

const KNOWN = ["host", "port", "log-keep", "head-timeout", "max-connections"];

Deno.test("nearestName() finds the name that a slip of the finger meant", () => {
  const cases = [
    ["prot", "port"],
    ["pport", "port"],
    ["por", "port"],
    ["hots", "host"],
    ["head-timout", "head-timeout"],
    ["max-conections", "max-connections"],
  ] as const;
  for (const [typed, meant] of cases) {
    assertEquals(nearestName(typed, KNOWN), meant, typed);
  }
});

Deno.test("nearestName() looks past case, underscores and camel case", () => {
  for (const typed of ["headTimeout", "HEAD_TIMEOUT", "head_timeout"]) {
    assertEquals(nearestName(typed, KNOWN), "head-timeout", typed);
  }
});

Deno.test("nearestName() takes the beginning of a long name", () => {
  assertEquals(nearestName("max-conn", KNOWN), "max-connections");
});

Deno.test("nearestName() returns undefined when nothing is close", () => {
  for (const typed of ["", "x", "completely-different", "a".repeat(10_000)]) {
    assertEquals(nearestName(typed, KNOWN), undefined, typed.slice(0, 20));
  }
});
