import { assertEquals, assertMatch } from "@std/assert";
import { descriptorLimit } from "../../src/cli/descriptor_limit.ts";
import { testWith } from "../requirement.ts";

const MODULE = new URL("../../src/cli/descriptor_limit.ts", import.meta.url);

/** What a process finds that may have 777 descriptors. */
async function found(...permissions: string[]): Promise<string> {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    script,
    `import { descriptorLimit } from ${JSON.stringify(MODULE.href)};
    console.log(JSON.stringify(descriptorLimit()));`,
  );
  try {
    const { stdout } = await new Deno.Command("prlimit", {
      args: [
        "--nofile=777:777",
        Deno.execPath(),
        "run",
        "--no-prompt",
        "--no-config",
        ...permissions,
        script,
      ],
    }).output();
    return new TextDecoder().decode(stdout).trim();
  } finally {
    await Deno.remove(script);
  }
}

Deno.test("descriptorLimit() is the system's", () => {
  const { limit, isAssumed } = descriptorLimit();
  assertMatch(`${limit}`, /^(?:[1-9]\d+|Infinity)$/);
  if (Deno.build.os === "linux") assertEquals(isAssumed, false);
});

testWith(
  ["prlimit"],
  "descriptorLimit() is found with few permissions, and assumed with none",
  async () => {
    const known = '{"limit":777,"isAssumed":false}';
    assertEquals(await found("-A"), known);
    assertEquals(await found("--allow-read", "--allow-run=deno"), known);
    assertEquals(
      await found("--allow-read"),
      '{"limit":1024,"isAssumed":true}',
    );
  },
);
