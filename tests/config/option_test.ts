import { assertEquals } from "@std/assert";
import { path } from "../../src/config/kind.ts";
import {
  environmentName,
  isTakenFrom,
  type Option,
} from "../../src/config/option.ts";

const OPTION: Option = {
  name: "head-timeout",
  group: "Other",
  description: "",
  kind: path("a path"),
};

Deno.test("environmentName() is the option's name in capitals", () => {
  assertEquals(environmentName(OPTION), "SLUICE_HEAD_TIMEOUT");
});

Deno.test("isTakenFrom() holds everywhere unless the option says otherwise", () => {
  assertEquals(isTakenFrom(OPTION, "file"), true);
  const flagOnly: Option = { ...OPTION, sources: ["flag"] };
  assertEquals(isTakenFrom(flagOnly, "flag"), true);
  assertEquals(isTakenFrom(flagOnly, "file"), false);
});
