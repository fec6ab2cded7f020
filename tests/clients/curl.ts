/** curl as these tests run it: through a stage's proxy, trusting its certificate. */

import type { Stage } from "./stage.ts";
import { type Ended, type RunOptions, succeed } from "./strangers.ts";

/** Runs curl through the proxy of the stage. @throws {Error} when it does not succeed. */
export function curl(
  { proxy, certificate }: Stage,
  args: readonly string[],
  options?: RunOptions,
): Promise<Ended> {
  const { certPath } = certificate;
  const common = ["-q", "-sS", "-x", proxy.url, "--cacert", certPath];
  return succeed("curl", [...common, ...args], options);
}
