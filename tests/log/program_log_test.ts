import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import {
  openProgramLog,
  programLogger,
  type ProgramLogOptions,
} from "../../src/log/program_log.ts";
import { MemoryTarget } from "./memory_target.ts";

/** The file that says what "@logtape/logtape" is. */
function config(): string {
  return fromFileUrl(import.meta.resolve("../../deno.json"));
}

/** What `act` has logged. */
async function logged(
  options: ProgramLogOptions,
  act: () => void,
): Promise<string> {
  const target = new MemoryTarget();
  const log = openProgramLog({ target, ...options });
  act();
  await log.close();
  return target.text;
}

Deno.test("openProgramLog() writes a readable line", async () => {
  const text = await logged({ format: "pretty" }, () => {
    programLogger("rules").info("loaded {count} rules from {folder}", {
      count: 3,
      folder: "./rules",
    });
  });
  assert(
    /^[\d:.]+ \[INF\] sluice\.rules: loaded 3 rules from \.\/rules\n$/
      .test(text),
    text,
  );
});

Deno.test("openProgramLog() writes lines of JSON", async () => {
  const text = await logged({ format: "json" }, () => {
    programLogger().warning("odd {value}", { value: "\x1b\n\u2028\ud800" });
  });
  assertEquals(text.indexOf("\n"), text.length - 1);
  const line = JSON.parse(text);
  assertEquals([line.level, line.logger], ["WARN", "sluice"]);
  assertEquals(line.properties.value, "\x1b\n\u2028\ud800");
});

Deno.test("openProgramLog() leaves out what is below its level", async () => {
  const say = () => {
    programLogger("a").debug("detail");
    programLogger("a").error("failure");
  };
  const text = await logged({ format: "pretty", level: "warning" }, say);
  assert(text.includes("failure"));
  assert(!text.includes("detail"));
  const all = await logged({ format: "pretty", level: "debug" }, say);
  assert(all.includes("detail"));
});

Deno.test("openProgramLog() colours if told", async () => {
  const say = () => programLogger().error("failure");
  assert(
    (await logged({ format: "pretty", colour: true }, say)).includes("\x1b["),
  );
  assert(!(await logged({ format: "pretty" }, say)).includes("\x1b["));
});

Deno.test("openProgramLog() lets no value drive the terminal or forge a line", async () => {
  const text = await logged({ format: "pretty" }, () => {
    const nasty = "a\x1b[2J\r\n00:00:00 [INF] sluice: forged\u202e";
    programLogger(nasty).error("text {nasty}: {error} {list} " + nasty, {
      nasty,
      error: new Error(nasty),
      list: [nasty],
    });
  });
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text), text);
  const [first, ...rest] = text.trimEnd().split("\n");
  assert(first?.includes("\\x1b[2J"));
  for (const line of rest) assert(line.startsWith("    "), line);
});

Deno.test("openProgramLog() replaces the log before it", async () => {
  const first = new MemoryTarget();
  openProgramLog({ format: "pretty", target: first });
  const text = await logged({ format: "pretty" }, () => {
    programLogger().info("hello");
  });
  assert(text.includes("hello"));
  assertEquals(first.text, "");
});

Deno.test("openProgramLog() writes a fatal line before the call returns", async () => {
  const target = new MemoryTarget();
  const log = openProgramLog({ format: "json", target });
  programLogger().error("not yet");
  assertEquals(target.text, "");
  programLogger().fatal("now");
  assertEquals(target.text.split("\n").length, 3);
  await log.close();
});

Deno.test("openProgramLog() writes to standard error, up to Deno.exit()", async () => {
  const module = import.meta.resolve("../../src/log/program_log.ts");
  const code = `
    import * as log from ${JSON.stringify(module)};
    log.openProgramLog({ format: "json" });
    log.programLogger().info("first");
    log.programLogger().error("last words");
    Deno.exit(3);`;
  const { code: exitCode, stdout, stderr } = await new Deno.Command(
    Deno.execPath(),
    {
      args: ["eval", "--config", config(), "--ext=ts", code],
      stdout: "piped",
      stderr: "piped",
    },
  ).output();
  const lines = new TextDecoder().decode(stderr).trim().split("\n");
  const messages = lines.map((line) => JSON.parse(line).message);
  assertEquals([exitCode, stdout.length], [3, 0]);
  assertEquals(messages, ["first", "last words"]);
});

Deno.test("programLogger() writes nothing after the log is closed", async () => {
  const target = new MemoryTarget();
  const log = openProgramLog({ format: "pretty", target });
  await log.close();
  programLogger().error("late");
  assertEquals(target.text, "");
});
