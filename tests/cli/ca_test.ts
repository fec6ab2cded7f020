import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { ca } from "../../src/cli/ca.ts";
import { OptionError } from "../../src/config.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { X509Certificate } from "../../src/mitm/x509.ts";
import { withFiles } from "../mitm/openssl.ts";
import { testWith } from "../requirement.ts";
import { ChildProxy, runToEnd } from "./child_proxy.ts";
import { type Spoken, spoken } from "./spoken.ts";

/** Runs `sluice ca` on a data folder of its own. */
async function withData(
  use: (
    run: (...args: string[]) => Promise<Spoken>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  await withFiles({}, async (folder) => {
    const data = ["--data", join(folder, "data")];
    await use((...args) => spoken(() => ca([...args, ...data])), folder);
  });
}

function fingerprintIn(text: string): string {
  return /fingerprint: +((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/.exec(text)?.[1] ??
    "none";
}

Deno.test("ca() exports a certificate, made where there is none", async () => {
  await withData(async (run, folder) => {
    const out = join(folder, "out.pem");
    const first = await run("export", "--out", out);
    assertEquals([first.code, first.stdout], [0, ""]);
    assertStringIncludes(first.stderr, "Made a new certificate authority");
    const pem = await Deno.readTextFile(out);
    assertEquals(
      pem,
      await Deno.readTextFile(join(folder, "data", "ca", "ca.pem")),
    );
    const again = await run("export", "--out", out);
    assertEquals([again.code, again.stdout, again.stderr], [0, "", ""]);
    assertEquals(await Deno.readTextFile(out), pem);
    await run("export", "--out", out, "--format", "der");
    assertEquals(
      new Uint8Array(new X509Certificate(pem).rawData),
      await Deno.readFile(out),
    );
  });
});

Deno.test("main.ts ca export prints the certificate and nothing else", async () => {
  const { code, stdout } = await runToEnd(["ca", "export"]);
  assertEquals(code, 0);
  assertMatch(
    stdout,
    /^-----BEGIN CERTIFICATE-----\n[\w+/=\n]+\n-----END CERTIFICATE-----\n$/,
  );
});

Deno.test("ca() says when the certificate can't be written", async () => {
  await withData(async (run, folder) => {
    const { code, stderr } = await run("export", "--out", folder);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `Cannot write the certificate to "${folder}"`);
  });
});

Deno.test("ca() shows the authority, and makes none to be shown", async () => {
  await withData(async (run, folder) => {
    const none = await run("show");
    assertEquals([none.code, none.stdout], [1, ""]);
    assertStringIncludes(none.stderr, "there is none in");
    await run("export", "--out", join(folder, "out.pem"));
    const { code, stdout, stderr } = await run("show");
    assertEquals([code, stderr], [0, ""]);
    for (
      const pattern of [
        /^Authority: +made by Sluice$/m,
        /^Subject: +O=Sluice, CN=Sluice CA [0-9a-f]{8}$/m,
        /^SHA-256 fingerprint: +(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/m,
        /^Not before: +\d{4}-\d\d-\d\dT[\d:.]+Z$/m,
        /^Not after: +\d{4}-\d\d-\d\dT[\d:.]+Z \(365\d days left\)$/m,
        /^Certificate: +\/.*\/data\/ca\/ca\.pem$/m,
        /^Key: +\/.*\/data\/ca\/ca-key\.pem$/m,
      ]
    ) assertMatch(stdout, pattern);
  });
});

Deno.test("ca() rotates when it is told to be sure", async () => {
  await withData(async (run, folder) => {
    await run("export", "--out", join(folder, "out.pem"));
    const before = fingerprintIn((await run("show")).stdout);
    const { code, stdout } = await run("rotate", "--yes");
    assertEquals(code, 0);
    const after = fingerprintIn(stdout);
    assertEquals(after === before, false);
    assertEquals(fingerprintIn((await run("show")).stdout), after);
    for (const text of ["The old one is kept", "Restart", "trust"]) {
      assertStringIncludes(stdout, text);
    }
  });
});

Deno.test("main.ts ca rotate asks nobody where there is no terminal", async () => {
  const { code, stdout, stderr } = await runToEnd(["ca", "rotate"]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^sluice: --yes: wants to be given .*\n$/);
});

testWith(["script"], "ca rotate asks on a terminal first", async () => {
  const cases = [["n", 1, /stays as it is/], ["y", 0, /Made a new/]] as const;
  for (const [key, expected, pattern] of cases) {
    await using child = ChildProxy.spawn(["ca", "rotate"], {
      under: ["sh", "-c", 'exec script -qec "exec $*" /dev/null', "sh"],
      stdin: "piped",
    });
    await child.stdout.waitFor(/Make a new one\? \[y\/N\]/);
    await child.type(`${key}\n`);
    await child.stdout.waitFor(pattern);
    const { code } = await child.finished();
    assertEquals(code, expected);
  }
});

Deno.test("ca() takes an operator's own authority, and leaves it alone", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: Date.now() });
  await withFiles({ c: certPem, k: keyPem }, async (folder) => {
    const [cert, key] = [join(folder, "c"), join(folder, "k")];
    await withData(async (run, data) => {
      const own = ["--ca-cert", cert, "--ca-key", key];
      const shown = await run("show", ...own);
      assertMatch(shown.stdout, /^Authority: +your own \(--ca-cert\)$/m);
      assertStringIncludes(shown.stdout, cert);
      const out = join(data, "out.pem");
      await run("export", "--out", out, ...own);
      assertEquals(await Deno.readTextFile(out), certPem);
      const rotated = await run("rotate", "--yes", ...own);
      assertEquals(rotated.code, 1);
      assertStringIncludes(rotated.stderr, "is your own");
      const swapped = await run("show", "--ca-cert", key, "--ca-key", cert);
      assertEquals(swapped.code, 1);
      assertStringIncludes(swapped.stderr, "holds no PEM certificate");
      await assertRejects(
        () => Deno.stat(join(data, "data")),
        Deno.errors.NotFound,
      );
    });
  });
});

Deno.test("ca() says which data folder it can't use", async () => {
  await withFiles({ file: "" }, async (folder) => {
    const data = join(folder, "file");
    for (const action of ["export", "show", "rotate --yes"]) {
      const { code, stderr } = await spoken(
        () => ca([...action.split(" "), "--data", data]),
      );
      assertEquals(code, 1, action);
      assertStringIncludes(stderr, "sluice: Cannot use the folder");
      assertStringIncludes(stderr, data);
    }
  });
});

Deno.test("ca() refuses other arguments", async () => {
  await assertRejects(
    () => ca(["make"]),
    OptionError,
    "export, show or rotate",
  );
});
