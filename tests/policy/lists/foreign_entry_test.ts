import { assertEquals, assertMatch } from "@std/assert";
import { foreignEntryRefusal } from "../../../src/policy/lists/foreign_entry.ts";

Deno.test("foreignEntryRefusal() says which entry a rule of an Adblock list is", () => {
  const cases: [text: string, end: RegExp][] = [
    ["||ads.example^", /here it is the entry "\.ads\.example"$/],
    ["||ads.example", /here it is the entry "\.ads\.example"$/],
    ["||ads.example^$important", /here it is the entry "\.ads\.example"$/],
    ["|ads.example^|", /here it is the entry "ads\.example"$/],
    ["@@||ads.example^", /here it is the entry "\.ads\.example" that allows$/],
    ["||ads.example/x", /^a rule of an Adblock list$/],
  ];
  for (const [text, end] of cases) {
    assertMatch(foreignEntryRefusal(text) ?? "", end, text);
  }
});

Deno.test("foreignEntryRefusal() says how a range of addresses is written", () => {
  for (
    const text of ["10.0.0.1-10.0.0.5", "10.0.0.1-5", "2001:db8::1-2001:db8::5"]
  ) assertMatch(foreignEntryRefusal(text) ?? "", /CIDR/, text);
});

Deno.test("foreignEntryRefusal() has nothing to say to other texts", () => {
  for (
    const text of ["a b", "a.b-c", "10-11", "1.2-3.example", "300.1.1.1", "@@x"]
  ) {
    assertEquals(foreignEntryRefusal(text), undefined, text);
  }
});
