import { assert, assertEquals, assertRejects } from "@std/assert";
import { Worker } from "node:worker_threads";
import { PasswordChecker } from "../../src/policy/password_checker.ts";

const PROGRAM = new URL(
  "../../src/policy/password_worker.ts",
  import.meta.url,
);
const SHA1 = "{SHA}W8r/fyL/UzygmbNAjq2HbA67qac=";
const SLOW = "$5$rounds=50000$hq4XlE6FeecUUu.P$" +
  "WuKLqtyU82yZeY1jrnUnXesubpwN7ajGqTeMmUTVlRD";

/** A checker, the threads that it started, and its end. */
function checking() {
  const workers: Worker[] = [];
  const checker = new PasswordChecker(() => {
    const worker = new Worker(PROGRAM);
    workers.push(worker);
    return worker;
  });
  return { checker, workers, [Symbol.asyncDispose]: () => checker.close() };
}

Deno.test("PasswordChecker has each password checked, in one thread that starts with the first", async () => {
  await using scene = checking();
  const { checker, workers } = scene;
  assertEquals(workers.length, 0);
  const answers = ["open sesame", "sesame", "open sesame"]
    .map((password) => checker.check(SHA1, password));
  assertEquals(await Promise.all(answers), [true, false, true]);
  assertEquals(workers.length, 1);
});

Deno.test("PasswordChecker holds nobody up", async () => {
  await using scene = checking();
  let isAnswered = false;
  const answer = scene.checker.check(
    SLOW,
    "sesame",
  ).finally(() => isAnswered = true);
  let turns = 0;
  while (!isAnswered) {
    await new Promise((resolve) => setTimeout(resolve));
    turns++;
  }
  assertEquals(await answer, false);
  assert(turns > 10, `${turns} turns`);
});

Deno.test("PasswordChecker starts another thread when one has died", async () => {
  await using scene = checking();
  const { checker, workers } = scene;
  const answer = checker.check(SLOW, "sesame");
  const isRejected = assertRejects(() => answer, Error, "the thread has died");
  workers[0]!.emit("error", new Error("out of memory"));
  await isRejected;
  await workers[0]!.terminate();
  assertEquals(await checker.check(SHA1, "open sesame"), true);
  assertEquals(workers.length, 2);
});

Deno.test("PasswordChecker fails what is unanswered when it is closed", async () => {
  const { checker } = checking();
  await checker.close();
  const answer = checker.check(SHA1, "open sesame");
  const isRejected = assertRejects(() => answer, Error, "the thread is closed");
  await checker.close();
  await isRejected;
});
