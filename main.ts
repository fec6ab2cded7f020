/**
 * Sluice, a policy proxy scripted in TypeScript.
 *
 * ```sh
 * deno run -A main.ts --help
 * ```
 */

import { check } from "./src/cli/check.ts";
import { parseCommand } from "./src/cli/command.ts";
import { explain } from "./src/cli/explain.ts";
import { helpText } from "./src/cli/help.ts";
import { init } from "./src/cli/init.ts";
import { run } from "./src/cli/run.ts";
import { versionText } from "./src/cli/version.ts";
import { OptionError } from "./src/config.ts";
import { ruleHostMain } from "./src/sandbox/host.ts";

async function main(argv: string[]): Promise<number> {
  const { command, args } = parseCommand(argv);
  switch (command) {
    case "run":
      return await run(args);
    case "init":
      return await init(args);
    case "check":
      return await check(args);
    case "explain":
      return await explain(args);
    case "ca": {
      // With the library for certificates, which no other start should wait for.
      const { ca } = await import("./src/cli/ca.ts");
      return await ca(args);
    }
    case "cache": {
      const { cache } = await import("./src/cli/cache.ts");
      return await cache(args);
    }
    case "demo": {
      const { demo } = await import("./src/cli/demo.ts");
      return await demo(args);
    }
    case "__rule-host":
      await ruleHostMain();
      return 0;
    case "help":
      console.log(helpText());
      return 0;
    case "version":
      console.log(versionText());
      return 0;
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(`sluice: ${error.message}`);
    Deno.exit(2);
  }
}
