import { POLICY_OPTIONS } from "../../src/config/policy_options.ts";
import { assertTakes } from "./option_bounds.ts";

Deno.test("POLICY_OPTIONS block with the status of an error", () => {
  assertTakes(POLICY_OPTIONS.blockStatus, ["400", "599"], ["399", "600"]);
});

Deno.test("POLICY_OPTIONS give a rule some time, and not for ever", () => {
  assertTakes(POLICY_OPTIONS.ruleTimeoutMs, ["1ms", "5m"], ["0", "6m"]);
});
