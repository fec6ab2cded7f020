/** Scenarios of clients that come back to tunnels with a session of before (RFC 8446 §2.2, RFC 5077). */

import { assertEquals } from "@std/assert";
import { succeed, TemporaryFolder } from "../clients/strangers.ts";
import { interceptScenario, type InterceptStage } from "./intercept_stage.ts";
import { head } from "./requests.ts";

interceptScenario(
  "a client resumes its session with a host, and with no other one",
  {},
  async (stage) => {
    using folder = new TemporaryFolder();
    for (const version of ["-tls1_2", "-tls1_3"]) {
      const session = folder.file(version);
      const ask = (host: string, ...args: string[]) =>
        openssl(stage, host, version, ...args);
      assertEquals(await ask("origin.test", "-sess_out", session), "New");
      assertEquals(await ask("origin.test", "-sess_in", session), "Reused");
      assertEquals(await ask("a.many.test", "-sess_in", session), "New");
      for (let i = 0; i < 3; i++) {
        await stage.records.expect({ outcome: "intercepted" });
        await stage.records.expect({ status: 200, outcome: "miss" });
      }
    }
  },
);

/** Asks for a page, so that tickets come, and tells whether the session is "New" or "Reused". */
async function openssl(
  { proxy, secure, caPath }: InterceptStage,
  host: string,
  ...args: string[]
): Promise<string | undefined> {
  const authority = `${host}:${secure.port}`;
  const { text } = await succeed("openssl", [
    ...["s_client", "-proxy", `127.0.0.1:${proxy.port}`, "-ign_eof"],
    ...["-connect", authority, "-servername", host, "-CAfile", caPath],
    ...args,
  ], {
    stdin: new TextEncoder().encode(
      head("GET / HTTP/1.1", `Host: ${authority}`, "Connection: close"),
    ),
  });
  return /^(New|Reused), TLSv1/m.exec(text)?.[1];
}
