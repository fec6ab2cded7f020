/**
 * Scenarios of tunnels whose CONNECT and TLS name different hosts: what lists and rules say of
 * a CONNECT holds for the one in TLS too.
 */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  answerOf,
  interceptScenario,
  type InterceptStage,
} from "./intercept_stage.ts";
import { head } from "./requests.ts";

const BLOCKED = "blocked.many.test";
/** What leads a client to a host by another name, and by an address. */
const FRONTS = ["origin.test", "127.0.0.1"];

/** Opens a tunnel to `front` with another name in TLS, and expects an alert. */
async function assertRefused(
  { open, records, asked, secure }: InterceptStage,
  front: string,
  serverName: string,
): Promise<void> {
  const error = await assertRejects(() => open(front, { serverName }));
  assertStringIncludes(String(error), "AccessDenied", `by ${front}`);
  await records.expect({
    method: "CONNECT",
    url: `${front}:${secure.port}`,
    outcome: "blocked",
    errorCode: "http_request_denied",
  });
  assertEquals(asked, []);
}

interceptScenario(
  "what a rule's connect hook blocks is blocked by the name in TLS",
  {
    rules: {
      "1_block.ts": `{
        match: { host: "${BLOCKED}" },
        connect: () => ({ action: "block", reason: "not there" }),
      }`,
    },
  },
  async (stage) => {
    await assertRejects(() => stage.open(BLOCKED), Error, " 403 ");
    await stage.records.expect({ outcome: "blocked", rule: "block" });
    for (const front of FRONTS) await assertRefused(stage, front, BLOCKED);
  },
);

interceptScenario(
  "what a rule's request hook blocks by its host is blocked by the name in TLS",
  {
    rules: {
      "1_block.ts": `{
        match: { host: "${BLOCKED}", method: "CONNECT" },
        request: () => ({ action: "block", reason: "not there" }),
      }`,
    },
  },
  async (stage) => {
    for (const front of FRONTS) await assertRefused(stage, front, BLOCKED);
  },
);

interceptScenario(
  "what a list blocks is blocked by the name in TLS, and counts once for --rate-limit",
  { block: [BLOCKED], clientRate: { requests: 4, perSeconds: 3600 } },
  async (stage) => {
    for (const front of FRONTS) await assertRefused(stage, front, BLOCKED);
    for (const front of FRONTS) {
      using _peer = await stage.open(front, { serverName: "origin.test" });
      await stage.records.expect({ outcome: "intercepted" });
    }
    await assertRejects(() => stage.open("origin.test"), Error, " 429 ");
    await stage.records.expect({ outcome: "limited" });
  },
);

interceptScenario(
  "a rule that leaves a host's tunnels closed has its way by the name in TLS",
  {
    rules: {
      "1_pass.ts": `{
        match: { host: "plain.many.test" },
        connect: () => ({ action: "tunnel" }),
      }`,
    },
  },
  async ({ open, records, originPem, asked }) => {
    const serverName = "plain.many.test";
    await assertRejects(() => open("origin.test", { serverName }));
    await records.expect({
      outcome: "error",
      errorCode: "tls_protocol_error",
    });
    assertEquals(asked, []);
    using peer = await open("127.0.0.1", { serverName, trusts: originPem });
    peer.close();
    await records.expect({ outcome: "tunnel" });
  },
);

interceptScenario(
  "a tunnel with another name in TLS is opened where no rule minds",
  {
    rules: {
      "1_see.ts": `{
        match: { host: "*.test" },
        connect: ({ method, host, url }) => ({ action: "allow", reason: [method, host, url].join(" ") }),
      }`,
    },
  },
  async ({ open, records, secure }) => {
    const serverName = "other.many.test";
    using peer = await open("origin.test", { serverName });
    const { outcome, decisions } = await records.next();
    assertEquals(outcome, "intercepted");
    assertEquals(decisions?.map(({ reason }) => reason), [
      `CONNECT origin.test origin.test:${secure.port}`,
      `CONNECT ${serverName} ${serverName}:${secure.port}`,
    ]);
    await peer.send(
      head("GET /x HTTP/1.1", `Host: ${serverName}:${secure.port}`),
    );
    assertEquals((await answerOf(peer)).body, "GET /x ");
    await records.expect({ status: 200 });
  },
);
