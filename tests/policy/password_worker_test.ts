import { assertEquals } from "@std/assert";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PasswordQuestion } from "../../src/policy/password_worker.ts";

Deno.test("the password worker answers each question under its id", async () => {
  const worker = new Worker(
    new URL("../../src/policy/password_worker.ts", import.meta.url),
  );
  const passwords = [[7, "open sesame"], [3, "sesame"]] as const;
  for (const [id, password] of passwords) {
    const question: PasswordQuestion = {
      id,
      passwordHash: "{SHA}W8r/fyL/UzygmbNAjq2HbA67qac=",
      password,
    };
    worker.postMessage(question);
    const [answer] = await once(worker, "message");
    assertEquals(answer, { id, isRight: id === 7 });
  }
  await worker.terminate();
});
