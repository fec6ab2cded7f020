import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { openInterception } from "../../src/cli/open_interception.ts";
import { resolveSettings, type Settings } from "../../src/config.ts";
import { Exchange } from "../../src/proxy/exchange.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { withFiles } from "../mitm/openssl.ts";
import { ChildProxy } from "./child_proxy.ts";

function settingsOf(folder: string, ...args: string[]): Settings {
  return resolveSettings({
    args: ["--data", join(folder, "data"), ...args],
    env: {},
    readConfigFile: () => "{}",
    isTerminal: false,
  }).settings;
}

const EXCHANGE = new Exchange("id", { ip: "192.0.2.1", port: 1 });

Deno.test("openInterception() is off, and makes no authority, until somebody wants it", async () => {
  await withFiles({}, async (folder) => {
    const { interception, authorityPem } = await openInterception(
      settingsOf(folder),
    );
    assertEquals(interception.concerns(EXCHANGE, "a.test"), false);
    assertEquals(await authorityPem(), undefined);
    await assertRejects(() => Deno.stat(join(folder, "data")));
    const { certPem } = await interception.leaves();
    assertEquals(await authorityPem(), certPem);
  });
});

Deno.test("openInterception() opens the authority at once for hosts that are named", async () => {
  await withFiles({}, async (folder) => {
    const settings = settingsOf(folder, "--intercept", ".a.test");
    const { interception, authorityPem } = await openInterception(settings);
    assertEquals(interception.concerns(EXCHANGE, "x.a.test"), true);
    const pem = await Deno.readTextFile(join(folder, "data", "ca", "ca.pem"));
    assertEquals(await authorityPem(), pem);
    // Another one, for pages alone, finds it too, and shows no more than the certificate.
    const other = await openInterception(settingsOf(folder));
    assertEquals(await other.authorityPem(), pem);
  });
});

Deno.test("openInterception() binds a new authority to names", async () => {
  await withFiles({}, async (folder) => {
    const names = ["--ca-name-constraints", "a.test,10.0.0.0/8"];
    const settings = settingsOf(folder, "--intercept", "*", ...names);
    const { interception } = await openInterception(settings);
    const leaves = await interception.leaves();
    assertEquals(
      ["a.test", "x.a.test", "10.1.1.1", "b.test"].filter(leaves.permits),
      ["a.test", "x.a.test", "10.1.1.1"],
    );
    const unbound = settingsOf(
      folder,
      "--intercept=*",
      "--ca-name-constraints=b.test",
    );
    await assertRejects(
      () => openInterception(unbound),
      Error,
      "it is not bound to b.test, as asked",
    );
  });
});

Deno.test("openInterception() uses an operator's own authority, and shows nothing of its key", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: Date.now() });
  await withFiles({ both: keyPem + certPem }, async (folder) => {
    const both = join(folder, "both");
    const own = ["--ca-cert", both, "--ca-key", both];
    for (const args of [own, [...own, "--intercept=*"]]) {
      const opened = await openInterception(settingsOf(folder, ...args));
      assertEquals(await opened.authorityPem(), certPem);
      assertStringIncludes((await opened.interception.leaves()).certPath, both);
    }
    await Deno.writeTextFile(both, certPem);
    await assertRejects(
      () => openInterception(settingsOf(folder, ...own, "--intercept=*")),
      Error,
      "holds no PEM private key",
    );
  });
});

Deno.test("run() says that it intercepts, beside the line that it listens", async () => {
  await using proxy = await ChildProxy.start(["--intercept", "*.a.test"]);
  assertMatch(proxy.stdout.text, /^listening on http:\S+\n$/);
  const { code, stderr } = await proxy.stop();
  assertEquals(code, 0);
  assertMatch(
    stderr,
    /TLS of .*\*\.a\.test.* is intercepted; clients have to trust/,
  );
});
