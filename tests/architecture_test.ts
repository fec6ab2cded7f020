import { assertEquals } from "@std/assert";
import { EMBEDDED_FILES } from "../tools/embedded_files.ts";
import { importCycle } from "./architecture/import_cycle.ts";
import { importBreach } from "./architecture/ladder.ts";
import {
  type Found,
  SourceFile,
  trackedFiles,
} from "./architecture/source_file.ts";

/** Something that the code must not have, and where. */
interface Ban {
  readonly rule: string;
  readonly files: (file: SourceFile) => boolean;
  readonly find: (file: SourceFile) => Found[];
}

const FILES = await trackedFiles();
const TYPESCRIPT = FILES.filter(({ path }) => path.endsWith(".ts"));
const SOURCE = TYPESCRIPT.filter(isSource);

/**
 * Where packages come from belongs to each machine's own set-up. Written in
 * parts, so that this file does not match.
 */
const REGISTRY_HOST = new RegExp(
  [
    ["registry", "[a-z0-9.-]+", "(?:org|com|io|net|dev|internal|local)"],
    ["(?<![\\w-])jsr", "io"],
    ["deno", "land/(?:x|std)"],
    ["(?:unpkg|jsdelivr|esm|skypack)", "(?:com|net|sh|dev)"],
    ["(?:artifactory|nexus|verdaccio)", "[a-z0-9.-]+"],
    ["(?:pypi|crates|proxy\\.golang)", "(?:org|io)"],
  ].map((parts) => parts.join("[.]")).join("|") + "|_auth" +
    "Token|npm_config_" +
    "registry|NPM_CONFIG_" + "REGISTRY",
);

const BANS: readonly Ban[] = [
  {
    rule: "http1 does no I/O and looks at no clock",
    files: ({ path }) => path.startsWith("src/http1/"),
    find: (file) =>
      file.findCode(
        /\b(?:Deno|Date|performance|setTimeout|setInterval|queueMicrotask|fetch|process)\b/,
      ),
  },
  {
    rule: "http1 is synchronous",
    files: ({ path }) => path.startsWith("src/http1/"),
    find: (file) => file.findCode(/\b(?:async|await|Promise)\b/),
  },
  {
    rule: "no mutable state at module level",
    files: isSource,
    find: (file) => file.findCode(/^(?:export )?(?:let|var)\b.*/m),
  },
  {
    rule: 'files beside a module are opened by `new URL("…", import.meta.url)`',
    files: isSource,
    find: (file) =>
      file.findCode(/\bimport\.meta\.(?:dirname|filename|resolve)\b/),
  },
  {
    rule: "no `any`",
    files: ({ path }) => path.endsWith(".ts"),
    find: unexcusedAny,
  },
  {
    rule: "no type error is silenced",
    files: ({ path }) => path.endsWith(".ts"),
    find: (file) =>
      file.findText(
        new RegExp("@ts-(?:ign" + "ore|nocheck|exp" + "ect-error)"),
      ),
  },
  {
    rule: "no address of a package registry",
    files: () => true,
    find: (file) => file.findText(REGISTRY_HOST),
  },
];

Deno.test("the code keeps to it: what bans look for is found", () => {
  const cases: [path: string, text: string, line: number][] = [
    ["src/http1/x.ts", "// Date\n/* Date */ Date.now();", 2],
    ["src/http1/x.ts", "\nexport async function f() {}", 2],
    ["src/net/x.ts", '"let x";\nconst a = 1;\nlet count = 0;', 3],
    ["src/net/x.ts", "open(import.meta.dirname);", 1],
    ["src/net/x.ts", "// any\nfunction f(x: Map<string, any>) {}", 2],
    ["src/net/x.ts", "const x = y as\n  any;", 1],
    ["tests/x.ts", "\n// @ts-" + "ignore why", 2],
    ["README.md", "npm set registry https://registry." + "npmjs.org", 1],
    [".npmrc", "@jsr:registry=https://npm.jsr" + ".io", 1],
    ["tests/x.ts", 'import "https://deno.' + 'land/std/x.ts"', 1],
  ];
  for (const [path, text, line] of cases) {
    const file = new SourceFile(path, text);
    const found = BANS.filter(({ files }) => files(file))
      .flatMap(({ find }) => find(file));
    assertEquals(found.map(({ line }) => line), [line], text);
  }
});

for (const { rule, files, find } of BANS) {
  Deno.test(`the code keeps to it: ${rule}`, () => {
    const breaches = FILES.filter(files).flatMap((file) =>
      find(file).map(({ line, text }) =>
        `${file.path}:${line}: ${rule}: ${text}`
      )
    );
    assertEquals(breaches, []);
  });
}

Deno.test("the code keeps to it: imports go down the ladder", () => {
  const breaches = SOURCE.flatMap((file) =>
    file.imports.flatMap(({ line, path }) => {
      const breach = path && importBreach(file.path, path);
      return breach ? [`${file.path}:${line}: ${breach}`] : [];
    })
  );
  assertEquals(breaches, []);
});

Deno.test("the code keeps to it: no modules import each other in a circle", () => {
  const imports = new Map(
    SOURCE.map((file) => [file.path, runtimeImports(file)]),
  );
  assertEquals(importCycle(imports), undefined);
});

Deno.test("the code keeps to it: each source file has its test file", () => {
  const paths = new Set(TYPESCRIPT.map(({ path }) => path));
  const missing = SOURCE.filter(runsSomething)
    .map(({ path }) => [path, testPathOf(path)] as const)
    .filter(([, testPath]) => !paths.has(testPath))
    .map(([path, testPath]) => `${path}:1: ${testPath} is missing`);
  assertEquals(missing, []);
});

Deno.test("the code keeps to it: a file opened at run time is embedded by compile.ts", () => {
  const isEmbedded = (path: string) =>
    EMBEDDED_FILES.some((embedded) =>
      embedded === path || embedded.endsWith("/") && path.startsWith(embedded)
    );
  const missing = SOURCE.flatMap((file) =>
    file.openedPaths.filter((path) => !isEmbedded(path))
      .map((path) => `${file.path}: ${path} is not in tools/embedded_files.ts`)
  );
  assertEquals(missing, []);
});

function isSource({ path }: SourceFile): boolean {
  return path === "main.ts" || path.startsWith("src/") && path.endsWith(".ts");
}

function runtimeImports(file: SourceFile): string[] {
  return file.imports.flatMap(({ path, isTypeOnly }) =>
    path === undefined || isTypeOnly ? [] : [path]
  );
}

/** Types alone are tested by whoever uses them. */
function runsSomething(file: SourceFile): boolean {
  const code = file.code.replace(
    /^(?:import|export) (?:type|interface)\b/gm,
    "",
  );
  return /^(?:export\s+)?(?:default\s|(?:async\s+)?function|class|const|abstract|enum|\*|\{)|^export\s*(?:\*|\{)|^if\b/m
    .test(code);
}

function testPathOf(path: string): string {
  return path.replace(/^src\//, "tests/").replace(/^main/, "tests/main")
    .replace(/\.ts$/, "_test.ts");
}

/**
 * `any` as a type. Only src/std may have it, for a published signature that
 * does, and under the linter's own excuse.
 */
function unexcusedAny(file: SourceFile): Found[] {
  const lines = file.text.split("\n");
  return file.findCode(/(?:[:<|&,=(]|\bas|\bextends)\s*any\b(?!\s*[(:])/)
    .filter(({ line, text }) => {
      const lineOfAny = line + text.split("\n").length - 1;
      const isExcused = file.path.startsWith("src/std/") &&
        (lines[lineOfAny - 2] ?? "").includes(
          "deno-lint-ignore no-explicit-any",
        );
      return !isExcused;
    });
}
