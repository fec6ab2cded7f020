import { assertEquals } from "@std/assert";

const MODULE = new URL("../../src/sandbox/own_permissions.ts", import.meta.url);
const isLinux = Deno.build.os === "linux";

/** What the module says in a process with those permissions. */
async function ask(...permissions: string[]): Promise<unknown> {
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    script,
    `import { denoProgram, mayOpenInProc } from ${JSON.stringify(MODULE.href)};
    const path = "/proc/self/limits";
    const may = mayOpenInProc("read", path);
    if (may) Deno.readTextFileSync(path);
    console.log(JSON.stringify([may, denoProgram() ?? null]));`,
  );
  try {
    const args = ["run", "--no-prompt", "--no-config", ...permissions, script];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args })
      .output();
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(script);
  }
}

Deno.test({
  name:
    "mayOpenInProc() says so for who may do everything, and for nobody else",
  ignore: !isLinux,
  async fn() {
    const self = Deno.execPath();
    assertEquals(await ask("-A"), [true, self]);
    assertEquals(await ask("-A", "--deny-read=/proc"), [false, self]);
    assertEquals(await ask("-A", "--deny-net=192.0.2.1"), [false, self]);
    assertEquals(await ask("--allow-read"), [false, null]);
  },
});

Deno.test("denoProgram() is what may be run", async () => {
  const read = "--allow-read";
  assertEquals(await ask(read), [false, null]);
  assertEquals(await ask(read, "--allow-run=deno"), [false, "deno"]);
  assertEquals(await ask(read, "--allow-run"), [false, Deno.execPath()]);
});
