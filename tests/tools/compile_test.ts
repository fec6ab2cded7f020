import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { Buffer } from "node:buffer";
import { failureText } from "../../tools/compile.ts";
import { EMBEDDED_FILES } from "../../tools/embedded_files.ts";
import { trackedFiles } from "../architecture/source_file.ts";

/** Runs the task; `denort` is the base binary to compile onto. */
async function compile(
  output: string,
  denort: string,
): Promise<{ code: number; said: string }> {
  const script = new URL("../../tools/compile.ts", import.meta.url);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fromFileUrl(script), output],
    env: { DENORT_BIN: denort, NO_COLOR: "1" },
  }).output();
  return { code, said: new TextDecoder().decode(stderr) };
}

// Any executable serves to compile onto; only a denort gives one that runs.
Deno.test("compile.ts embeds what is opened at run time, and says when the result can't run", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_compile_" });
  try {
    const output = join(folder, "sluice");
    const { code, said } = await compile(output, Deno.execPath());
    assertMatch(said, /^Compile main\.ts to /m);
    const executable = Buffer.from(await Deno.readFile(output));
    const isWanted = (path: string) =>
      path === "deno.json" ||
      EMBEDDED_FILES.some((embedded) => path.startsWith(embedded));
    const wanted = (await trackedFiles()).filter(({ path }) => isWanted(path));
    assert(wanted.length > EMBEDDED_FILES.length);
    for (const { path, text } of wanted) {
      assert(executable.includes(text), `${path} is not embedded: ${said}`);
    }
    assertEquals(code, 1);
    assertStringIncludes(said, "does not answer as sluice");
    assertStringIncludes(said, "DENORT_BIN");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("compile.ts says what to do about a base binary that is not there", async () => {
  const { code, said } = await compile("dist/none", "/dev/null/denort");
  assertEquals(code, 1);
  assertMatch(
    said,
    /\nCannot compile: .*denort.*\/dev\/null\/denort.*DENORT_BIN/,
  );
});

Deno.test("failureText() says what to set where the base binary can't be downloaded", () => {
  const text = failureText(`error: Writing deno compile executable

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://example.org/denort.zip): dns error
    2: client error (Connect)
`);
  assertMatch(
    text,
    /^Cannot compile: the base binary .*error sending request.*dns error\)/,
  );
  assertStringIncludes(text, "set DENORT_BIN to the path of the denort");
  assertStringIncludes(text, Deno.version.deno);
  assertStringIncludes(text, Deno.build.target);
});
