/**
 * Sluice without log and statistics: what both together cost is the difference. The options
 * leave the console's log, which has no switch.
 *
 * Run: deno run -A unrecorded_proxy.ts --data FOLDER, with other options of Sluice
 */

import { startProxy } from "../../../src/cli/start_proxy.ts";
import { resolveSettings } from "../../../src/config.ts";

if (import.meta.main) {
  const { settings } = resolveSettings({
    args: [...Deno.args, "--log-file=off", "--statistics=off"],
    env: {},
    readConfigFile: (path) => Deno.readTextFileSync(path),
    isTerminal: false,
  });
  const proxy = await startProxy(settings, undefined);
  console.log(`listening on ${proxy.address}`);
}
