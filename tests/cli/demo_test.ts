import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl } from "@std/path";
import { demo } from "../../src/cli/demo.ts";
import { DEMO_STEPS } from "../../src/cli/demo_steps.ts";
import { OptionError } from "../../src/config.ts";
import { ScriptedServer } from "../net/loopback.ts";
import { ChildProxy, runToEnd } from "./child_proxy.ts";

const RULES = fromFileUrl(new URL("../../rules", import.meta.url));

function through({ address }: ChildProxy, ...args: string[]) {
  return runToEnd(["demo", "--proxy", address.origin, ...args]);
}

Deno.test("main.ts demo shows on 80 columns what a proxy does", async () => {
  await using proxy = await ChildProxy.start(["--rules", RULES]);
  const { code, stdout, stderr } = await through(proxy);
  assertEquals([code, stderr], [0, ""]);
  const count = DEMO_STEPS.length;
  assertStringIncludes(stdout, `All ${count} steps went as they usually do.`);
  for (const line of stdout.split("\n")) assert(line.length <= 80, line);
  assertMatch(stdout, / 2 {2}GET .*\n.*origin was not asked\.\n(?:.*\n)?.*hit/);
  assertStringIncludes(stdout, `${proxy.address.origin}/proxy-stats\n`);
});

Deno.test("main.ts demo --json prints a line for each step", async () => {
  await using proxy = await ChildProxy.start(["--rules", RULES]);
  const { code, stdout } = await through(proxy, "--json");
  const steps = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(code, 0);
  assertEquals(
    steps.map(({ step, name, isUsual }) => [step, name, isUsual]),
    DEMO_STEPS.map(({ name }, at) => [at + 1, name, true]),
  );
  const crowd = steps.at(-1);
  assertEquals([crowd.answers.length, crowd.originRequests], [8, 1]);
});

Deno.test("main.ts demo says what is otherwise with this proxy", async () => {
  await using proxy = await ChildProxy.start([
    "--no-cache",
    "--rules",
    "off",
    "--connect-ports",
    "443",
  ]);
  const { code, stdout } = await through(proxy, "--json");
  assertEquals(code, 0);
  const steps = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const usual = steps.filter(({ isUsual }) => isUsual)
    .map(({ name }) => name);
  assertEquals(usual, ["redirect", "stream", "no-such-name"]);
  const rules = steps.find(({ name }) => name === "rules");
  assertStringIncludes(rules.says, "rules are off");
});

Deno.test("main.ts demo ends with 1 where no proxy is", async () => {
  const { code, stdout, stderr } = await runToEnd([
    "demo",
    "--proxy",
    "http://127.0.0.1:1",
  ]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^sluice: Cannot reach a proxy at http:\/\/127\.0\.0\.1:1: .*--proxy.*\n$/,
  );
});

Deno.test("main.ts demo ends with 1 where another proxy is", async () => {
  await using other = new ScriptedServer(async (peer) => {
    await peer.head();
    await peer.send("HTTP/1.1 504 Unknown Host\r\n\r\n");
  });
  const { code, stderr } = await runToEnd([
    "demo",
    "--proxy",
    `http://127.0.0.1:${other.port}`,
  ]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "is no Sluice");
  assertStringIncludes(stderr, "504 Unknown Host");
});

Deno.test("demo() refuses other arguments", async () => {
  const cases = [
    [["--proxy", "127.0.0.1:8080"], "a URL such as http://127.0.0.1:8080"],
    [["--proxy", "socks5://127.0.0.1:1"], "a URL such as"],
    [["--prot=1"], "--proxy URL and --json only"],
    [["page"], "options only"],
  ] as const;
  for (const [args, text] of cases) {
    await assertRejects(() => demo(args), OptionError, text);
  }
});
