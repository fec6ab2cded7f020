import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { AuthorityError } from "../../src/mitm/authority_error.ts";
import {
  type AuthorityFiles,
  loadAuthority,
  operatorsFiles,
} from "../../src/mitm/authority_files.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { withFiles } from "./openssl.ts";

const NOW_MS = Date.UTC(2026, 1, 2);
const ADVICE = "Give the PEM files of a certificate authority and of its key.";

async function refusal(files: AuthorityFiles, nowMs = NOW_MS): Promise<string> {
  const { message } = await assertRejects(
    () => loadAuthority(files, nowMs),
    AuthorityError,
  );
  assertStringIncludes(message, "Cannot ");
  assertStringIncludes(message, ADVICE);
  return message;
}

Deno.test("loadAuthority() reads two files, or one with both", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: NOW_MS });
  const files = { cert: certPem, key: keyPem, both: keyPem + certPem };
  await withFiles(files, async (folder) => {
    const [cert, key, both] = ["cert", "key", "both"]
      .map((name) => join(folder, name)) as [string, string, string];
    const one = await loadAuthority(operatorsFiles(cert, key), NOW_MS);
    const other = await loadAuthority(operatorsFiles(both, both), NOW_MS);
    assertEquals(one.fingerprint, other.fingerprint);
  });
});

Deno.test("loadAuthority() says which file is wrong, how, and what to do", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: NOW_MS });
  await withFiles({ cert: certPem, key: keyPem, none: "" }, async (folder) => {
    const path = (name: string) => join(folder, name);
    const files = (cert: string, key: string) =>
      operatorsFiles(path(cert), path(key));
    assertStringIncludes(
      await refusal(files("gone", "key")),
      `"${path("gone")}": it is missing`,
    );
    assertStringIncludes(
      await refusal(files("cert", "gone")),
      `"${path("gone")}": it is missing`,
    );
    assertStringIncludes(await refusal(files(".", "key")), "directory");
    const damaged = await refusal(files("cert", "none"));
    assertStringIncludes(damaged, path("none"));
    assertStringIncludes(damaged, "holds no PEM private key");
    const late = Date.UTC(2037, 0);
    assertStringIncludes(
      await refusal(files("cert", "key"), late),
      "expired on 2036-02-02",
    );
  });
});
