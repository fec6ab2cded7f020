import { assertEquals } from "@std/assert";
import { LISTENING_OPTIONS } from "../../src/config/listening_options.ts";
import { assertTakes, DEFAULT_CONTEXT } from "./option_bounds.ts";

Deno.test("LISTENING_OPTIONS take any port", () => {
  assertTakes(LISTENING_OPTIONS.port, ["0", "65535"], ["-1", "65536"]);
});

Deno.test("LISTENING_OPTIONS are stricter where others than this machine may come", () => {
  const { connectPorts, privateAddresses } = LISTENING_OPTIONS;
  assertEquals(
    connectPorts.default({ ...DEFAULT_CONTEXT, isLoopback: true }),
    "any",
  );
  assertEquals(
    connectPorts.default({ ...DEFAULT_CONTEXT, isLoopback: false }),
    "443",
  );
  assertEquals(
    privateAddresses.default({ ...DEFAULT_CONTEXT, isLoopback: true }),
    "allow",
  );
  assertEquals(
    privateAddresses.default({ ...DEFAULT_CONTEXT, isLoopback: false }),
    "deny",
  );
});
