import { assertEquals } from "@std/assert";
import { Evaluator, type Hooks } from "../../src/sandbox/evaluator.ts";
import { readHostMessage } from "../../src/sandbox/host_message.ts";
import { MarkReader, MarkWriter } from "../../src/sandbox/mark.ts";
import { Outbox } from "../../src/sandbox/outbox.ts";
import { StateClient } from "../../src/sandbox/rule_context.ts";
import { requestData } from "./stage.ts";

/** Asks the rules one after the other, and returns the replies' opinions and failures. */
async function evaluate(rules: readonly Hooks[]): Promise<unknown[]> {
  const replies: unknown[] = [];
  const outbox = new Outbox("", (bytes) => {
    for (const line of new TextDecoder().decode(bytes).split("\n")) {
      const message = line === "" ? undefined : readHostMessage(line);
      if (message?.kind !== "done") continue;
      for (const { id, rule, opinion, failure } of message.replies) {
        replies.push([id, rule, failure?.message ?? opinion]);
      }
    }
    return bytes.length;
  });
  const reader = new MarkReader();
  const file = await Deno.open(reader.path, { write: true });
  const evaluator = new Evaluator({
    rules,
    outbox,
    mark: new MarkWriter(file),
    state: new StateClient(() => {}),
    folderUrl: "file:///rules/",
  });
  rules.forEach((_, rule) =>
    evaluator.ask({
      id: rule + 1,
      rule,
      phase: "connect",
      request: requestData(),
    })
  );
  while (replies.length < rules.length) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  file.close();
  reader.close();
  return replies;
}

Deno.test("ask() replies with what a hook returns, late ones later", async () => {
  assertEquals(
    await evaluate([
      { connect: async () => await { action: "tunnel" } },
      { connect: () => ({ action: "allow" }) },
      { connect: () => null },
    ]),
    [[2, 1, { action: "allow" }], [3, 2, undefined], [1, 0, {
      action: "tunnel",
    }]],
  );
});

Deno.test("ask() falls back to the request hook, and fails without one", async () => {
  assertEquals(
    await evaluate([{ request: () => [] }, { response: () => [] }]),
    [[1, 0, []], [2, 1, "Error: Cannot ask the rule: it has no connect hook"]],
  );
});

Deno.test("ask() fails a hook that returns more than the proxy should read", async () => {
  const values = "RangeError: Cannot take what the hook returned: " +
    "it has more than 10000 values";
  const text = "RangeError: Cannot take what the hook returned: " +
    "it has more than 1 MiB of text beside its bodies";
  const body = "x".repeat(65 * 1024 * 1024);
  assertEquals(
    await evaluate([
      { connect: () => Array(100_000).fill({ action: "tunnel" }) },
      {
        connect: () => ({
          action: "rewrite",
          removeHeaders: Array(20_000).fill("a"),
        }),
      },
      { connect: () => ({ action: "block", reason: "x".repeat(2_000_000) }) },
      { connect: () => ({ action: "block", reason: "r", body }) },
    ]),
    [
      [1, 0, values],
      [2, 1, values],
      [3, 2, text],
      [
        4,
        3,
        "RangeError: Cannot take what the hook returned: it has a body of " +
        "more than 64 MiB as JSON (47 MiB of bytes)",
      ],
    ],
  );
});
