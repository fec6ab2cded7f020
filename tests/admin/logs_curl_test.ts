import { assertEquals } from "@std/assert";
import { curlCommand, shellWord } from "../../src/admin/logs_curl.ts";
import { NASTY_STRINGS } from "../log/nasty_strings.ts";
import { testWith } from "../requirement.ts";

const ADDRESS = "http://127.0.0.1:8080";

Deno.test("curlCommand() repeats a request through the proxy", () => {
  const tail = "--path-as-is -g --url";
  const cases = [
    ["GET", "http://a.test/x", `${tail} http://a.test/x`],
    ["HEAD", "http://a.test/", `--head ${tail} http://a.test/`],
    ["POST", "http://a.test/?a=1&b", `-X POST ${tail} 'http://a.test/?a=1&b'`],
    ["CONNECT", "a.test:443", `${tail} https://a.test:443/`],
    ["G;rm -rf", "http://a.test/", `${tail} http://a.test/`],
  ] as const;
  for (const [method, url, words] of cases) {
    assertEquals(
      curlCommand({ method, url }, ADDRESS),
      `curl -v -x ${ADDRESS} ${words}`,
    );
  }
});

testWith(
  ["bash"],
  "shellWord() is one word to a shell, whatever it says",
  async () => {
    // A shell's word has no NUL in it, and is read as bytes.
    const texts = NASTY_STRINGS.map((text) => text.toWellFormed())
      .filter((text) => !text.includes("\0"));
    const script = texts.map((text) => `printf '%s\\0' ${shellWord(text)}`);
    const { stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script.join("\n")],
      env: { LC_ALL: "C.UTF-8" },
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    const words = new TextDecoder("utf-8", { ignoreBOM: true }).decode(stdout)
      .split("\0").slice(0, -1);
    assertEquals(words, texts);
  },
);
