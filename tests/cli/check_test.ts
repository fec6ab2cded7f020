import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { check } from "../../src/cli/check.ts";
import { withFolder } from "../rules/rule_folder.ts";
import { spoken } from "./spoken.ts";

Deno.test("check() says what each rule is, in words", async () => {
  const files = {
    "20_b.ts": `export default {
      description: "Says nothing", mode: "report", onError: "skip",
      timeoutMs: 50, needs: { requestBody: "text" },
      match: { host: ".a.test", path: ["*.exe", "*.msi"] },
      request: () => undefined, response: () => undefined,
    };`,
    "3_a.ts": "export default { connect() {} };",
  };
  await withFolder(files, async (folder) => {
    const { code, stdout, stderr } = await spoken(() =>
      check(["--rules", folder])
    );
    assertEquals([code, stderr], [0, ""]);
    const lines = stdout.split("\n");
    assertEquals(lines.slice(0, -1), [
      "3_a.ts: a",
      "  hooks: connect",
      "  match: every request",
      "",
      "20_b.ts: b (report, skipped when it fails, reads request bodies, timeout 50 ms)",
      "  Says nothing",
      "  hooks: request, response",
      "  match: host .a.test and path *.exe, *.msi",
      "",
    ]);
    assertMatch(lines.at(-1) ?? "", /^2 rules, version [0-9a-f]{12}$/);
  });
});

Deno.test("check() names what is wrong: file, line, message", async () => {
  const files = { "1.ts": 'export default {\n  matc: { host: "a" },\n};\n' };
  await withFolder(files, async (folder) => {
    const { code, stdout, stderr } = await spoken(() =>
      check(["--rules", folder])
    );
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, "1.ts:2: matc: no such key");
    assertStringIncludes(stderr, "1 file is broken.");
  });
});

Deno.test("check() names all that is wrong with a file at once", async () => {
  const files = {
    "1.ts": `export default {
  description: 5,
  timeoutMs: 0,
  mathc: {},
  match: {
    host: ["a.test", "no host"],
    port: "80",
    any: [{ path: 1 }, { scheme: "ftp" }],
    nto: {},
  },
  needs: { maxBytes: -1, requestBody: "json" },
  request: "yes",
};
`,
  };
  await withFolder(files, async (folder) => {
    const { code, stderr } = await spoken(() => check(["--rules", folder]));
    assertEquals(code, 1);
    const places = stderr.split("\n").slice(0, -1)
      .map((line) => /^1\.ts:(\d+): ([^:]+):/.exec(line)?.slice(1).join(" "));
    assertEquals(places.toSorted(), [
      "11 needs.maxBytes",
      "11 needs.requestBody",
      "12 request",
      "2 description",
      "3 timeoutMs",
      "4 mathc",
      "6 match.host[1]",
      "7 match.port",
      "8 match.any[0].path",
      "8 match.any[1].scheme",
      "9 match.nto",
    ]);
    assertStringIncludes(stderr, "1 file is broken.");
  });
});

Deno.test("check() ends with 1 for broken files, also where they are skipped", async () => {
  const files = { "1.ts": "export default 1;", "2.ts": "nonsense(" };
  await withFolder(files, async (folder) => {
    const args = ["--rules", folder, "--skip-broken-rules"];
    const { code, stderr } = await spoken(() => check(args));
    assertEquals(code, 1);
    assertEquals(stderr.match(/^left out: /gm)?.length, 2);
  });
});

Deno.test("check() is content with a folder without rules", async () => {
  await withFolder({}, async (folder) => {
    const { code, stdout } = await spoken(() => check(["--rules", folder]));
    assertEquals([code, stdout], [0, `No rules in "${folder}".`]);
  });
});
