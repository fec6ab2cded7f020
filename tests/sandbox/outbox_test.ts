import { assertEquals } from "@std/assert";
import { Outbox } from "../../src/sandbox/outbox.ts";

function collecting(atOnce = Infinity) {
  const writes: string[] = [];
  const write = (bytes: Uint8Array) => {
    const part = bytes.subarray(0, atOnce);
    writes.push(new TextDecoder().decode(part));
    return part.length;
  };
  return { writes, outbox: new Outbox("T", write) };
}

Deno.test("Outbox writes what is said in one turn at once, questions before replies", async () => {
  const { writes, outbox } = collecting();
  outbox.reply([1, 0, 0, 0]);
  outbox.reply([2, 0, 0, 0]);
  outbox.ask({ seq: 1, call: 2, rule: 0, op: "get", key: "k", value: null });
  outbox.log({ rule: -1, message: "m" });
  await Promise.resolve();
  assertEquals(writes, [
    'T["log",[-1,"m",0]]\nT["state",[1,2,0,"get","k",null,0]]\n' +
    'T["done",[1,0,0,0],[2,0,0,0]]\n',
  ]);
});

Deno.test("Outbox says the rest when only a part was written", () => {
  const { writes, outbox } = collecting(5);
  outbox.say("pong", 7);
  assertEquals(writes.join(""), 'T["pong",7]\n');
});

Deno.test("Outbox writes long replies in lines of their own", async () => {
  const { writes, outbox } = collecting();
  const long = "x".repeat(600 * 1024);
  for (const id of [1, 2]) outbox.reply([id, 0, 0, [long]]);
  await Promise.resolve();
  assertEquals(writes.map((line) => line.slice(0, 11)), [
    'T["done",[1',
    'T["done",[2',
  ]);
});
