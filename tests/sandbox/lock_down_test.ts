import { assertEquals } from "@std/assert";

Deno.test("lockDown() leaves a realm that works and can't be changed", async () => {
  const program = new URL("./locked_realm.ts", import.meta.url).href;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--no-prompt", program],
  }).output();
  const said = new TextDecoder().decode(stdout);
  assertEquals(said, "done\n", new TextDecoder().decode(stderr));
});
