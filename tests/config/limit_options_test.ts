import { LIMIT_OPTIONS } from "../../src/config/limit_options.ts";
import { assertTakes } from "./option_bounds.ts";

Deno.test("LIMIT_OPTIONS keep numbers within their bounds", () => {
  const { maxConnections, maxConnectionsPerClient } = LIMIT_OPTIONS;
  for (const option of [maxConnections, maxConnectionsPerClient]) {
    assertTakes(option, ["1", "1000000"], ["0", "1000001"]);
  }
});

Deno.test("LIMIT_OPTIONS keep times within their bounds; only a drain may take none", () => {
  const { drainTimeoutMs, ...others } = LIMIT_OPTIONS;
  assertTakes(drainTimeoutMs, ["0", "24h"], ["25h"]);
  for (const option of Object.values(others)) {
    if (option.group !== "Timeouts") continue;
    assertTakes(option, ["1ms", "24h"], ["0", "25h"]);
  }
});
