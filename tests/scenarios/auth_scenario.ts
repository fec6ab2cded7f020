/** Scenarios with a password file: ann and bob, whose password is "open sesame". */

import type { Settings } from "../../src/config.ts";
import type { LookUp } from "../../src/net/resolver.ts";
import { playScenario, type Stage } from "./scenario.ts";
import type { WireListener } from "./wire_listener.ts";

const OPEN_SESAME = "{SHA}W8r/fyL/UzygmbNAjq2HbA67qac=";

/** The text of the file. */
export const USERS = `ann:${OPEN_SESAME}\nbob:${OPEN_SESAME}\n`;

/** The value of a field with these credentials. */
export function basic(user: string, password = "open sesame"): string {
  return `Basic ${btoa(`${user}:${password}`)}`;
}

/** The line by which a client says who it is. */
export function proxyAuthorization(user: string, password?: string): string {
  return `Proxy-Authorization: ${basic(user, password)}`;
}

/** Registers a scenario as a test. */
export function authScenario(
  name: string,
  play: (stage: Stage) => Promise<void>,
  settings: (
    origin: WireListener,
  ) => Partial<Settings> & { lookUp?: LookUp } = () => ({}),
): void {
  Deno.test(name, async () => {
    const authPath = await Deno.makeTempFile({ prefix: "sluice_users_" });
    try {
      await Deno.writeTextFile(authPath, USERS);
      await playScenario(
        (origin) => ({ authPath, ...settings(origin) }),
        play,
      );
    } finally {
      await Deno.remove(authPath);
    }
  });
}
