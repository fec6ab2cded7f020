import { assertEquals, assertRejects } from "@std/assert";
import { assertIntegrity, SUITE_VERSION } from "./suite_package.ts";

const ARCHIVE = new TextEncoder().encode("abc");
/** FIPS 180-4's example, in base64. */
const INTEGRITY =
  "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";

Deno.test("assertIntegrity() accepts the archive that was pinned", async () => {
  assertEquals(await assertIntegrity(ARCHIVE, INTEGRITY), undefined);
});

Deno.test("assertIntegrity() refuses another archive", async () => {
  await assertRejects(
    () => assertIntegrity(ARCHIVE.slice(1), INTEGRITY),
    Error,
    "Cannot use the archive: its digest is sha512-",
  );
});

Deno.test("SUITE_VERSION is one exact version", () => {
  assertEquals(/^\d+\.\d+\.\d+$/.test(SUITE_VERSION), true);
});
