import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";

const PROGRAM = `
import { Watchdog } from ${
  JSON.stringify(new URL("watchdog.ts", import.meta.url).href)
};
const watchdog = new Watchdog(200);
watchdog.before("fine");
await new Promise((resolve) => setTimeout(resolve, 50));
watchdog.before("b\\r\\0");
while (true);
`;

Deno.test("Watchdog names the input that does not end, and ends the process", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, PROGRAM);
    const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
    const { signal, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", config, file],
    }).output();
    assertEquals(signal, "SIGKILL");
    assertStringIncludes(
      new TextDecoder().decode(stderr),
      'const input = "b\\r\\u0000";',
    );
  } finally {
    await Deno.remove(file);
  }
});
