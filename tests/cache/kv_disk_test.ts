/** The KV tier on files that are full or broken: whatever it still gives is right. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CacheStore } from "../../src/cache/cache_store.ts";
import { testWith } from "../requirement.ts";
import { stored } from "./stored_responses.ts";
import { bodyOf } from "./tier_contract.ts";

const COUNT = 100;
const LENGTHS = [10, 3_000, 100_000];

testWith(["sh"], "CacheStore goes on when the disk is full", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const script = new URL("./full_disk_writer.ts", import.meta.url).pathname;
    const deno = `"${Deno.execPath()}" run -A --no-check "${script}"`;
    // Blocks of 512 bytes. A file that would grow beyond that can't be written, as on a full disk.
    const command = `trap "" XFSZ; ulimit -f 8000; exec ${deno} "${folder}/kv"`;
    const { stdout, stderr, code } = await new Deno.Command("sh", {
      args: ["-c", command],
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { errors, ...rest } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(errors.length, 1);
    assertStringIncludes(errors[0], "Cannot store responses in KV");
    assert(rest.right > 0, "nothing was found any more");
    assertEquals({ ...rest, right: 0 }, {
      isPaused: true,
      right: 0,
      wrong: 0,
      rejections: 0,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("CacheStore gives right bytes or none from a file with broken pages", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await fill(`${folder}/whole`);
    const whole = await Deno.readFile(`${folder}/whole`);
    for (let i = 1; i < 8; i++) {
      const broken = whole.slice();
      const start = Math.floor(broken.length * i / 8);
      broken.fill(0xa5, start, start + 20_000);
      await Deno.writeFile(`${folder}/broken${i}`, broken);
      await checkAll(`${folder}/broken${i}`);
    }
    await Deno.writeFile(`${folder}/cut`, whole.slice(0, whole.length / 2));
    await checkAll(`${folder}/cut`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function open(kv: Deno.Kv): Promise<CacheStore> {
  return await CacheStore.open({
    memoryBytes: 1_000_000,
    diskBytes: 1e9,
    kv,
    maxObjectBytes: 1e6,
    onError: () => undefined,
  });
}

function lengthOf(i: number): number {
  return LENGTHS[i % LENGTHS.length]!;
}

function keyOf(i: number): string {
  return `http://example.com/${i}`;
}

async function fill(path: string): Promise<void> {
  const kv = await Deno.openKv(path);
  const store = await open(kv);
  for (let i = 0; i < COUNT; i++) {
    const [key, bodyLength] = [keyOf(i), lengthOf(i)];
    const response = stored([], { key, url: key, bodyLength });
    store.put(response, bodyOf(i, bodyLength), []);
  }
  await store.close();
  kv.close();
}

async function checkAll(path: string): Promise<void> {
  let kv: Deno.Kv;
  try {
    kv = await Deno.openKv(path);
  } catch (error) {
    // Then there is no cache to speak of.
    assert(error instanceof Error);
    return;
  }
  const store = await open(kv);
  for (let i = 0; i < COUNT; i++) {
    const [entry] = await store.get(keyOf(i));
    if (entry === undefined) continue;
    assertEquals(entry.response.key, keyOf(i));
    const body = await store.body(entry);
    if (body !== undefined) assertEquals(body, bodyOf(i, lengthOf(i)));
  }
  await store.close();
  kv.close();
}
