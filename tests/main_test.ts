import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { helpText } from "../src/cli/help.ts";
import { versionText } from "../src/cli/version.ts";
import { runToEnd } from "./cli/child_proxy.ts";

Deno.test("main.ts --version prints one line and ends with 0", async () => {
  for (const args of [["--version"], ["-V"], ["version"]]) {
    const { code, stdout, stderr } = await runToEnd(args);
    assertEquals([code, stdout, stderr], [0, `${versionText()}\n`, ""]);
  }
});

Deno.test("main.ts --help prints the help and ends with 0", async () => {
  for (const args of [["--help"], ["run", "--port", "0", "-h"], ["help"]]) {
    const { code, stdout, stderr } = await runToEnd(args);
    assertEquals([code, stdout, stderr], [0, `${helpText()}\n`, ""]);
  }
});

Deno.test("main.ts refuses a command that there is not", async () => {
  const { code, stdout, stderr } = await runToEnd(["rnu"]);
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^sluice: command: got "rnu".*did you mean run\?\)\n$/s);
});

Deno.test("main.ts refuses a wrong option: which, what it got, what it takes", async () => {
  const cases: [args: string[], texts: string[]][] = [
    [["--prot", "1"], ["--prot", "--port"]],
    [["--port", "70000"], ["--port", '"70000"', "65535"]],
    [["--head-timeout", "5"], ["--head-timeout", '"5"', "500ms"]],
    [["--log-format", "xml"], ["--log-format", '"xml"', "combined"]],
    [["--host", "0.0.0.0"], [
      "--host",
      '"0.0.0.0"',
      "--open for whoever comes",
    ]],
    [["--tls-cert", "cert.pem"], ["--tls-key", "both or neither"]],
    [["--config", "missing.json"], ["--config", '"missing.json"']],
  ];
  for (const [args, texts] of cases) {
    const { code, stdout, stderr } = await runToEnd(args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertEquals(stderr.split("\n").length, 2, stderr);
    assertMatch(stderr, /^sluice: /);
    for (const text of texts) assertStringIncludes(stderr, text);
  }
});

Deno.test("main.ts keeps a parent's password out of its refusal", async () => {
  const { code, stderr } = await runToEnd([
    "--upstream",
    "ftp://u:hidden@host",
  ]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--upstream");
  assertEquals(stderr.includes("hidden"), false, stderr);
});
