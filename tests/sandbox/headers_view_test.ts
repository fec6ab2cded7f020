import { assertEquals } from "@std/assert";
import { WireHeaders } from "../../src/sandbox/headers_view.ts";

const FIELDS = [
  "B",
  "2",
  "a",
  "1",
  "Set-Cookie",
  "x=1",
  "b",
  "3",
  "set-cookie",
  "y=2",
];

Deno.test("WireHeaders reads as Headers does", () => {
  const headers = new Headers();
  for (let i = 0; i < FIELDS.length; i += 2) {
    headers.append(FIELDS[i]!, FIELDS[i + 1]!);
  }
  const view = new WireHeaders(FIELDS);
  assertEquals([...view], [...headers]);
  assertEquals([...view.keys()], [...headers.keys()]);
  assertEquals([...view.values()], [...headers.values()]);
  assertEquals(view.getSetCookie(), headers.getSetCookie());
  for (const name of ["a", "B", "SET-COOKIE", "none"]) {
    assertEquals(view.get(name), headers.get(name));
    assertEquals(view.has(name), headers.has(name));
  }
  const seen: string[] = [];
  view.forEach((value, name) => seen.push(`${name}=${value}`));
  assertEquals(seen[0], "a=1");
});
