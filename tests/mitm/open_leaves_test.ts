import { assertEquals, assertRejects } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { join } from "@std/path";
import { AuthorityError } from "../../src/mitm/authority_error.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { openLeaves } from "../../src/mitm/open_leaves.ts";
import { withFiles } from "./openssl.ts";

Deno.test("openLeaves() makes the authority of the folder, and opens it again", async () => {
  await withFiles({}, async (path) => {
    const folder = join(path, "ca");
    const made = await openLeaves({ folder, own: undefined });
    const found = await openLeaves({ folder, own: undefined });
    assertEquals(found.fingerprint, made.fingerprint);
    const { fingerprint256, ca } = new X509Certificate(made.certPem);
    assertEquals([fingerprint256, ca], [made.fingerprint, true]);
    assertEquals(made.certPath, join(folder, "ca.pem"));
    const { mode } = await Deno.stat(join(folder, "ca-key.pem"));
    assertEquals(mode! & 0o777, 0o600);
  });
});

Deno.test("openLeaves() says which hosts it can be for", async () => {
  await withFiles({}, async (path) => {
    const leaves = await openLeaves({
      folder: path,
      own: undefined,
      permittedNames: ["a.test"],
    });
    assertEquals(
      ["a.test", "X.A.test.", "b.test", "127.0.0.1", "not a host", "*.a.test"]
        .filter((host) => leaves.permits(host)),
      ["a.test", "X.A.test."],
    );
    const context = await leaves.secureContext("a.test");
    assertEquals(await leaves.secureContext("A.test"), context);
  });
});

Deno.test("openLeaves() takes an operator's own authority, and touches no folder", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: Date.now() });
  await withFiles({ cert: certPem, key: keyPem }, async (path) => {
    const folder = join(path, "ca");
    const own = { certPath: join(path, "cert"), keyPath: join(path, "key") };
    const leaves = await openLeaves({ folder, own });
    assertEquals(leaves.certPem, certPem);
    await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
    await Deno.remove(own.keyPath);
    await assertRejects(
      () => openLeaves({ folder, own }),
      AuthorityError,
      "it is missing",
    );
  });
});
