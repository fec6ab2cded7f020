import { assertEquals } from "@std/assert";
import { type Args, parseArgs, type ParseOptions } from "@std/cli/parse-args";

Deno.test("ParseOptions and Args can be named by callers", () => {
  const options: ParseOptions = { stopEarly: true };
  const args: Args = parseArgs(["a", "--b"], options);
  assertEquals(args._, ["a", "--b"]);
});

Deno.test("Args has what comes after -- where it is asked for", () => {
  const args: Args<{ port: number }, true> = { port: 1, _: [], "--": ["a"] };
  assertEquals(args["--"], ["a"]);
});
