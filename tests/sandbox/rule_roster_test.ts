import { assertEquals, assertThrows } from "@std/assert";
import { RuleRoster } from "../../src/sandbox/rule_roster.ts";
import { Strikes } from "../../src/sandbox/strikes.ts";
import { requestData } from "./stage.ts";

const CALL = { rule: 0, phase: "connect", request: requestData() } as const;

function rosterOf(...names: string[]) {
  const notes: string[] = [];
  const events = {
    log: () => {},
    lost: (rule: string | undefined, why: string) => {
      notes.push(`${rule} ${why}`);
    },
    setAside: (rule: string) => {
      notes.push(`aside ${rule}`);
    },
    complaint: () => {},
  };
  const roster = new RuleRoster({ strikes: new Strikes(), events });
  roster.use(
    names.map((name) => ({
      name,
      hooks: ["request"],
      timeoutMs: 100,
      strikeKey: name,
    })),
  );
  return { roster, notes };
}

Deno.test("callOf() makes a call with the rule's hook and time", () => {
  const { roster } = rosterOf("a");
  const { hook, timeoutMs } = roster.callOf(CALL);
  assertEquals([hook, timeoutMs], ["request", 100]);
  assertThrows(() => roster.callOf({ ...CALL, rule: 1 }), RangeError);
  assertEquals([roster.nameOf(0), roster.nameOf(1)], ["a", undefined]);
});

Deno.test("strike() sets a rule aside in the end, and tells of it", () => {
  const { roster, notes } = rosterOf("a", "b");
  for (let i = 0; i < 3; i++) roster.strike(0, "hung");
  assertEquals(notes, ["a hung", "a hung", "a hung", "aside a"]);
  assertEquals([roster.isSetAside(0), roster.isSetAside(1)], [true, false]);
});

Deno.test("survivorsOf() drops calls that lost too many hosts, or whose rule is set aside", async () => {
  const { roster } = rosterOf("a", "b");
  const [unlucky, aside] = [
    roster.callOf(CALL),
    roster.callOf({ ...CALL, rule: 1 }),
  ];
  for (let i = 0; i < 4; i++) {
    assertEquals(roster.survivorsOf([unlucky]), [unlucky]);
  }
  for (let i = 0; i < 3; i++) roster.strike(1, "hung");
  assertEquals(roster.survivorsOf([unlucky, aside]), []);
  const kinds = [
    (await unlucky.reply).error?.kind,
    (await aside.reply).error?.kind,
  ];
  assertEquals(kinds, ["unavailable", "aside"]);
});
