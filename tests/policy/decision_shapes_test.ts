import { assertEquals, assertThrows } from "@std/assert";
import {
  type Action,
  ACTION_PHASES,
  MEMBER_PHASES,
  SHAPES,
} from "../../src/policy/decision_shapes.ts";
import { InvalidValue } from "../../src/policy/invalid_value.ts";

Deno.test("SHAPES has every action with every member of the contract", () => {
  const members = Object.entries(SHAPES).map(([action, shape]) =>
    `${action}: ${Object.keys(shape).slice(1).join(" ")}`
  );
  assertEquals(members, [
    "allow: addresses reason",
    "block: reason status body headers",
    "respond: status headers body reason",
    "redirect: location status reason",
    "rewrite: url method setHeaders removeHeaders body status upstream reason",
    "cache: ttlSeconds staleWhileRevalidateSeconds staleIfErrorSeconds key " +
    "ignoreQuery tags bypass reason",
    "limit: requests perSeconds key reason",
    "intercept: reason",
    "tunnel: upstream reason",
  ]);
});

Deno.test("SHAPES demands what a decision means nothing without", () => {
  const demanded = Object.entries(SHAPES).flatMap(([action, shape]) =>
    Object.entries(shape)
      .filter(([key, member]) => key !== "action" && "isRequired" in member)
      .map(([key]) => `${action}.${key}`)
  );
  assertEquals(demanded, [
    "block.reason",
    "respond.status",
    "redirect.location",
    "limit.requests",
    "limit.perSeconds",
  ]);
});

Deno.test("SHAPES reads an action by its own name only", () => {
  for (const [name, { action }] of Object.entries(SHAPES)) {
    assertEquals(action.read(name, "action"), name);
    assertThrows(() => action.read("other", "action"), InvalidValue);
  }
});

Deno.test("the phases name actions and members that exist", () => {
  for (const action of Object.keys(ACTION_PHASES)) {
    assertEquals(Object.hasOwn(SHAPES, action), true);
  }
  for (const [action, members] of Object.entries(MEMBER_PHASES)) {
    // The keys of MEMBER_PHASES are actions.
    const shape = SHAPES[action as Action];
    for (const key of Object.keys(members)) {
      assertEquals(Object.hasOwn(shape, key), true, `${action}.${key}`);
    }
  }
});
