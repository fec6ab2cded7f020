import { assertEquals, assertThrows } from "@std/assert";
import { readCacheRequest } from "../../src/cli/cache_command.ts";
import { OptionError } from "../../src/config.ts";
import { linesOf } from "../cache/stored_responses.ts";

function commandOf(...args: string[]) {
  return readCacheRequest(args).command;
}

function problemOf(...args: string[]): string {
  return assertThrows(() => readCacheRequest(args), OptionError).message;
}

Deno.test("readCacheRequest() reads what is to be listed", () => {
  const query = { pattern: undefined, sort: "url", limit: 1_000 } as const;
  assertEquals(commandOf("list"), {
    action: "list",
    query,
    isJson: false,
    isWhole: false,
  });
  assertEquals(
    commandOf("list", "*.png", "--host=A.test", "--tag", "x", "--limit", "5"),
    {
      action: "list",
      query: { ...query, pattern: "*.png", host: "a.test", tag: "x", limit: 5 },
      isJson: false,
      isWhole: false,
    },
  );
});

Deno.test("readCacheRequest() makes JSON whole unless it is sorted or cut", () => {
  const cases: [string[], boolean][] = [
    [[], true],
    [["--tag", "x"], true],
    [["--limit", "5"], false],
    [["--sort", "size"], false],
  ];
  for (const [args, isWhole] of cases) {
    const command = commandOf("list", "--json", ...args);
    assertEquals(command.action === "list" && command.isWhole, isWhole);
  }
});

Deno.test("readCacheRequest() reads what is to be shown", () => {
  const command = commandOf(
    "show",
    "http://A.test",
    "--header",
    "Accept: a/b",
    "--header=Range: bytes=0-",
    "--json",
  );
  if (command.action !== "show") throw new Error(command.action);
  assertEquals([command.url, command.isJson], ["http://a.test/", true]);
  assertEquals(linesOf(command.fields), ["Accept: a/b", "Range: bytes=0-"]);
});

Deno.test("readCacheRequest() reads what is to be purged", () => {
  const cases = [
    [["--url", "http://A.test"], { url: "http://a.test/" }, "hard", false],
    [
      ["--prefix", "http://A.test/"],
      { prefix: "http://a.test/" },
      "hard",
      false,
    ],
    [["--host", "A.test", "--soft"], { host: "a.test" }, "soft", false],
    [["--soft", "--tag=x"], { tag: "x" }, "soft", false],
    [["--all", "--yes"], "all", "hard", true],
  ] as const;
  for (const [args, selector, mode, isSure] of cases) {
    assertEquals(
      commandOf("purge", ...args),
      { action: "purge", purge: { selector, mode }, isSure },
    );
  }
});

Deno.test("readCacheRequest() leaves options of the proxy to the settings", () => {
  for (const action of ["list", "show http://a.test/", "purge --all"]) {
    const { settings } = readCacheRequest([
      ...action.split(" "),
      "--data",
      "there",
    ]);
    assertEquals(settings.dataDir, "there");
  }
});

Deno.test("readCacheRequest() says what is wrong", () => {
  const one =
    "cache purge: wants exactly one of --url, --prefix, --host, --tag and --all";
  const cases = [
    ["", "cache: got nothing, wants list, show or purge"],
    ["look", 'cache: got "look", wants list, show or purge'],
    [
      "list --limit 0",
      '--limit: got "0", wants a whole number from 1 to 10000',
    ],
    ["list --sort hits", '--sort: got "hits", wants url, size or age'],
    ["list a b", 'arguments: got "b", wants one PATTERN'],
    ["show", "URL: got nothing, wants a value"],
    [
      "show a.test",
      'URL: got "a.test", wants an http or https URL such as "http://example.com/"',
    ],
    ["purge", one],
    ["purge --soft", one],
    ["purge --all --tag x", one],
    ["purge --tag x --host y", one],
    [
      "purge http://a.test/",
      'arguments: got "http://a.test/", wants options only',
    ],
    [
      "purge --tag",
      '--tag: got nothing, wants a value (a value that starts with "-" is written --tag=VALUE)',
    ],
  ] as const;
  for (const [args, problem] of cases) {
    assertEquals(problemOf(...args.split(" ").filter(Boolean)), problem);
  }
  assertEquals(
    problemOf("show", "http://a.test/", "--header", "x"),
    '--header: got "x", wants a field such as "accept: text/html"',
  );
  assertEquals(problemOf("list", "--jsn").startsWith("--jsn"), true);
});
