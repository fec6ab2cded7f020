import { assertEquals } from "@std/assert";

Deno.test("x509.ts loads as the first of all modules", async () => {
  const { GeneralName } = await import("../../src/mitm/x509.ts");
  assertEquals(new GeneralName("dns", "a.test").value, "a.test");
});
