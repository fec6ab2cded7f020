import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { AuthorityError } from "../../src/mitm/authority_error.ts";
import { AuthorityFolder } from "../../src/mitm/authority_folder.ts";
import { said, withFiles } from "./openssl.ts";

const NOW_MS = Date.UTC(2026, 1, 2, 12, 30, 15);
const OPENER = fromFileUrl(new URL("open_authority.ts", import.meta.url));
const now = () => NOW_MS;

async function withFolder(
  use: (path: string, folder: AuthorityFolder) => Promise<void>,
): Promise<void> {
  await withFiles({}, async (parent) => {
    const path = join(parent, "data", "ca");
    await use(path, new AuthorityFolder(path, { now }));
  });
}

async function namesIn(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.map(({ name }) => name).sort();
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("AuthorityFolder makes an authority once and reads it ever after", async () => {
  await withFolder(async (path, folder) => {
    assertEquals(await folder.peek(), undefined);
    const { fingerprint } = await folder.open();
    assertEquals((await folder.open()).fingerprint, fingerprint);
    assertEquals((await folder.peek())?.fingerprint, fingerprint);
    const other = new AuthorityFolder(path, { now });
    assertEquals((await other.open()).fingerprint, fingerprint);
    assertEquals(await namesIn(path), ["ca-key.pem", "ca.pem", "lock"]);
  });
});

Deno.test("AuthorityFolder makes nothing when it only looks", async () => {
  await withFolder(async (path, folder) => {
    assertEquals(await folder.peek(), undefined);
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  });
});

Deno.test({
  name: "AuthorityFolder keeps the key from others",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withFolder(async (path, folder) => {
      await folder.open();
      assertEquals(await modeOf(path), 0o700);
      assertEquals(await modeOf(folder.files.keyPath), 0o600);
      const { keptPaths } = await folder.rotate();
      assertEquals(await modeOf(folder.files.keyPath), 0o600);
      assertEquals(await modeOf(keptPaths[1]!), 0o600);
    });
  },
});

Deno.test("AuthorityFolder makes one for many that open it at once", async () => {
  await withFolder(async (path, folder) => {
    const authorities = await Promise.all(
      Array.from(
        { length: 8 },
        (_, i) =>
          i % 2 === 0
            ? folder.open()
            : new AuthorityFolder(path, { now }).open(),
      ),
    );
    const prints = authorities.map(({ fingerprint }) => fingerprint);
    assertEquals(new Set(prints).size, 1);
  });
});

Deno.test("AuthorityFolder makes one for several processes at once", async () => {
  await withFolder(async (path) => {
    const runs = await Promise.all(
      Array.from(
        { length: 3 },
        () => said(Deno.execPath(), ["run", "-A", OPENER, path]),
      ),
    );
    for (const { success, text } of runs) assertEquals(success, true, text);
    assertEquals(new Set(runs.map(({ text }) => text)).size, 1);
  });
});

Deno.test("AuthorityFolder makes up for a crash at any point", async () => {
  await withFolder(async (path, folder) => {
    const { certPath, keyPath } = folder.files;
    await folder.open();
    const key = await Deno.readTextFile(keyPath);
    const crashes: (() => Promise<void>)[] = [
      // The first file was half written.
      async () => {
        await Deno.remove(certPath);
        await Deno.writeTextFile(`${certPath}.new`, "-----BEGIN");
      },
      // The certificate was there, the key half written.
      () => Deno.writeTextFile(`${keyPath}.new`, key.slice(0, 50)),
      // The certificate was there.
      () => Promise.resolve(),
    ];
    for (const leave of crashes) {
      await Deno.remove(keyPath);
      await leave();
      const { fingerprint } = await folder.open();
      assertEquals((await folder.open()).fingerprint, fingerprint);
      assertEquals(await namesIn(path), ["ca-key.pem", "ca.pem", "lock"]);
    }
  });
});

Deno.test("AuthorityFolder does not put a new authority over a damaged one", async () => {
  await withFolder(async (_path, folder) => {
    const { certPath, keyPath } = folder.files;
    await folder.open();
    const cert = await Deno.readTextFile(certPath);
    const key = await Deno.readTextFile(keyPath);
    const damages: [damage: () => Promise<void>, text: string][] = [
      [() => Deno.remove(certPath), "it is missing"],
      [() => Deno.writeTextFile(certPath, ""), "no PEM certificate"],
      [() => Deno.writeTextFile(keyPath, ""), "no PEM private key"],
    ];
    for (const [damage, text] of damages) {
      await damage();
      const error = await assertRejects(() => folder.open(), AuthorityError);
      assertStringIncludes(error.message, text);
      assertStringIncludes(error.message, "sluice ca rotate");
      await assertRejects(() => folder.peek(), AuthorityError, text);
      await Deno.writeTextFile(certPath, cert);
      await Deno.writeTextFile(keyPath, key);
    }
    await folder.open();
  });
});

Deno.test("AuthorityFolder refuses an expired authority, and rotates it", async () => {
  await withFolder(async (path, folder) => {
    await folder.open();
    const later = new AuthorityFolder(path, {
      now: () => Date.UTC(2036, 1, 3),
    });
    const error = await assertRejects(() => later.open(), AuthorityError);
    assertStringIncludes(error.message, "expired on 2036-02-02");
    const { authority } = await later.rotate();
    assertEquals(authority.notAfterMs, Date.UTC(2046, 1, 3));
  });
});

Deno.test("AuthorityFolder.rotate() keeps the old files, as they were", async () => {
  await withFolder(async (path, folder) => {
    const old = await folder.open();
    const { certPath, keyPath } = folder.files;
    const texts = [
      await Deno.readTextFile(certPath),
      await Deno.readTextFile(keyPath),
    ];
    const { authority, keptPaths } = await folder.rotate();
    assertNotEquals(authority.fingerprint, old.fingerprint);
    assertNotEquals(authority.subject, old.subject);
    assertEquals((await folder.open()).fingerprint, authority.fingerprint);
    assertEquals(keptPaths, [
      join(path, "ca-2026-02-02T123015.000Z.pem"),
      join(path, "ca-key-2026-02-02T123015.000Z.pem"),
    ]);
    assertEquals(
      await Promise.all(keptPaths.map((kept) => Deno.readTextFile(kept))),
      texts,
    );
  });
});

Deno.test("AuthorityFolder.rotate() makes one where there is none", async () => {
  await withFolder(async (_path, folder) => {
    const { authority, keptPaths } = await folder.rotate();
    assertEquals(keptPaths, []);
    assertEquals((await folder.open()).fingerprint, authority.fingerprint);
  });
});

Deno.test("AuthorityFolder binds a new authority to names, and sees that one is not", async () => {
  await withFolder(async (path, free) => {
    const permittedNames = ["a.test", "10.0.0.0/8"];
    const bound = new AuthorityFolder(path, { now, permittedNames });
    const { fingerprint } = await bound.open();
    assertEquals((await bound.open()).fingerprint, fingerprint);
    assertEquals((await free.open()).fingerprint, fingerprint);
    const other = new AuthorityFolder(path, {
      now,
      permittedNames: ["b.test"],
    });
    await assertRejects(
      () => other.open(),
      AuthorityError,
      "not bound to b.test",
    );
    await free.rotate();
    await assertRejects(() => bound.open(), AuthorityError, "not bound to");
  });
});

Deno.test("AuthorityFolder says which folder it can't use", async () => {
  await withFiles({ file: "" }, async (parent) => {
    const path = join(parent, "file", "ca");
    const folder = new AuthorityFolder(path);
    for (const use of ["open", "peek", "rotate"] as const) {
      const error = await assertRejects(() => folder[use](), AuthorityError);
      assertStringIncludes(error.message, `Cannot use the folder "${path}"`);
      assertStringIncludes(error.message, "--data");
    }
  });
});
