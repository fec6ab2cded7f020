import { assertEquals, assertStringIncludes } from "@std/assert";
import { openKvTier } from "../../src/cache/open_kv_tier.ts";
import { FakeKv } from "./fake_kv.ts";

function optionsOf(fake: FakeKv, errors: string[]) {
  return {
    memoryBytes: 1e6,
    diskBytes: 1e6,
    kv: fake.kv,
    maxObjectBytes: 1e6,
    onError: (message: string) => void errors.push(message),
  };
}

Deno.test("openKvTier() opens none where there is no room or no store", async () => {
  const fake = await FakeKv.open();
  const options = optionsOf(fake, []);
  assertEquals(
    await openKvTier({ ...options, diskBytes: 0 }, () => []),
    undefined,
  );
  assertEquals(
    await openKvTier({ ...options, kv: undefined }, () => []),
    undefined,
  );
  fake.kv.close();
});

Deno.test("openKvTier() tells of a store that fails, and what to do", async () => {
  const fake = await FakeKv.open();
  const errors: string[] = [];
  fake.readFailure = new Error("file is not a database");
  assertEquals(
    await openKvTier(optionsOf(fake, errors), () => []),
    undefined,
  );
  assertEquals(errors.length, 1);
  assertStringIncludes(errors[0]!, "file is not a database");
  assertStringIncludes(errors[0]!, "repair or remove the file");
  fake.kv.close();
});
