import { assertEquals } from "@std/assert";
import { requirement } from "./requirement.ts";

const MISSING = "no-such-program-as-this";

/** What a fresh process says of a requirement, with SLUICE_TEST_NO_SKIP as given. */
async function asked(noSkip: string): Promise<string> {
  const url = new URL("./requirement.ts", import.meta.url);
  const code = `import { requirement } from ${JSON.stringify(url.href)};
    try { console.log(requirement(["sh", "${MISSING}"]).reason) }
    catch (error) { console.log("failed: " + error.message) }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    env: { SLUICE_TEST_NO_SKIP: noSkip, NO_COLOR: "1" },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("requirement() lets a test run where the program is installed", () => {
  assertEquals(requirement(["sh"]), { ignore: false, reason: "" });
});

Deno.test("requirement() names what is missing", async () => {
  assertEquals(await asked(""), `no ${MISSING} here`);
});

Deno.test("requirement() throws where nothing may be skipped", async () => {
  assertEquals(
    await asked("1"),
    `failed: Cannot run the test: no ${MISSING} here, and SLUICE_TEST_NO_SKIP is set. Install what is missing.`,
  );
});
