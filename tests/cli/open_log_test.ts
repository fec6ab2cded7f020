import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openLog } from "../../src/cli/open_log.ts";
import { defaultSettings } from "../../src/config.ts";
import { Exchange } from "../../src/proxy/exchange.ts";

function exchange(url: string): Exchange {
  const made = new Exchange("a", { ip: "192.0.2.1", port: 1 });
  return Object.assign(made, { url, outcome: "miss", totalMs: 1 });
}

/** A console that keeps what it is given. */
function memory() {
  const decoder = new TextDecoder();
  const console = {
    text: "",
    write(bytes: Uint8Array): Promise<number> {
      return Promise.resolve(console.writeSync(bytes));
    },
    writeSync(bytes: Uint8Array): number {
      console.text += decoder.decode(bytes);
      return bytes.length;
    },
  };
  return console;
}

Deno.test("openLog() writes to the console and the file of the settings", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_log_" });
  const logFile = join(folder, "access.log");
  const settings = { ...defaultSettings(), logFile, logQuery: false };
  const target = memory();
  const log = await openLog(settings, { target, colour: false });
  log.record(exchange("http://example.com/?secret"));
  await log.close();
  const inFile = JSON.parse(await Deno.readTextFile(logFile));
  assertEquals(inFile.url, "http://example.com/?…");
  assertEquals(JSON.parse(target.text), inFile);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("openLog() names a file that can't be opened", async () => {
  const settings = { ...defaultSettings(), logFile: "/dev/null/access.log" };
  await assertRejects(
    () => openLog(settings, undefined),
    Error,
    "Cannot open the log file",
  );
});
