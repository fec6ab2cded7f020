import { assertEquals } from "@std/assert";
import { explainPhase } from "../../src/cli/explained_phase.ts";
import {
  connect,
  type MadeUpMessage,
  request,
  response,
} from "../../src/policy/made_up_message.ts";
import { loadFolder, withFolder } from "../rules/rule_folder.ts";

/** Rules by name, in their order. */
async function walk(
  rules: Readonly<Record<string, string>>,
  message: MadeUpMessage,
) {
  const files = Object.entries(rules)
    .map(([name, text], at) => [`${at}_${name}.ts`, `export default ${text};`]);
  let walked: Awaited<ReturnType<typeof explainPhase>> | undefined;
  await withFolder(Object.fromEntries(files), async (folder) => {
    walked = await loadFolder(folder, (set) => explainPhase(set, message));
  });
  if (walked === undefined) throw new Error("Cannot walk: nothing was loaded");
  const actions = walked.verdicts.map(({ isAsked, decisions, failure, why }) =>
    isAsked ? failure ?? decisions.map(({ action }) => action).join() : why
  );
  return { ...walked, actions };
}

const BLOCK = '{ request: () => ({ action: "block", reason: "no" }) }';
const NONE = "{ request: () => undefined }";
const ACTION = (text: string) => `{ request: () => (${text}) }`;

Deno.test("explainPhase() asks what matches, until one decides", async () => {
  const { actions, end } = await walk({
    other: '{ match: { host: "b.test" }, request: () => undefined }',
    response: "{ response: () => undefined }",
    off: '{ mode: "off", request: () => undefined }',
    none: NONE,
    no: BLOCK,
    late: NONE,
  }, request("http://a.test/"));
  assertEquals(actions, [
    'host "a.test" is not b.test',
    "no request hook",
    "the rule is off",
    "",
    "block",
    "no has ended the phase",
  ]);
  assertEquals(end, {
    rule: "no",
    decision: { action: "block", reason: "no" },
  });
});

Deno.test("explainPhase() shows each rule what the one before made", async () => {
  const { actions, message, effects } = await walk({
    map: ACTION('{ action: "rewrite", url: "http://b.test/x" }'),
    seen: '{ match: { host: "b.test" }, request: ({ path }) => ' +
      '[{ action: "cache", key: path }, { action: "allow" }] }',
    late: NONE,
  }, request("http://a.test/"));
  assertEquals(actions, [
    "rewrite",
    "cache,allow",
    "seen has ended the phase",
  ]);
  assertEquals(message.url, "http://b.test/x");
  assertEquals(effects.map(({ rule }) => rule), ["map", "seen"]);
});

Deno.test("explainPhase() acts on nothing in report mode", async () => {
  const { actions, end, effects } = await walk({
    trial: BLOCK.replace("{", '{ mode: "report",'),
    broken: '{ mode: "report", request() { throw new Error("oh"); } }',
    none: NONE,
  }, request("http://a.test/"));
  assertEquals([actions[0], actions[2]], ["block", ""]);
  assertEquals([end, effects], [undefined, []]);
});

Deno.test("explainPhase() ends with a rule that fails, unless it is skipped then", async () => {
  const { actions, end } = await walk({
    skipped: '{ onError: "skip", request: () => 1 }',
    failing: "{ request() { throw new Error('oh'); } }",
    late: NONE,
  }, request("http://a.test/"));
  assertEquals(end?.rule, "failing");
  assertEquals(end?.failure?.includes("oh"), true, end?.failure);
  assertEquals(actions[2], "failing has ended the phase");
});

Deno.test("explainPhase() judges a CONNECT by request where there is no connect", async () => {
  const { actions } = await walk({
    both: '{ connect: () => ({ action: "tunnel" }), request: () => null }',
    no: BLOCK,
  }, connect("a.test:443"));
  assertEquals(actions, ["tunnel", "block"]);
});

Deno.test("explainPhase() hands over bodies that are needed and not too long", async () => {
  const seen = (needs: string) =>
    `{ needs: ${needs}, response: ({ body }) => ({ action: "allow", reason: String(body?.length) }) }`;
  const message = response("http://a.test/", { body: "äb" });
  const reasonOf = async (needs: string) => {
    const { verdicts } = await walk({ a: seen(needs) }, message);
    return verdicts[0]?.decisions[0]?.reason ?? verdicts[0]?.why;
  };
  assertEquals(await reasonOf('{ responseBody: "text" }'), "2");
  assertEquals(await reasonOf('{ responseBody: "bytes" }'), "3");
  assertEquals(await reasonOf('{ requestBody: "text" }'), "undefined");
  const short = "the body's 3 bytes are more than needs.maxBytes, 2";
  assertEquals(await reasonOf('{ responseBody: "text", maxBytes: 2 }'), short);
  const block = '{ responseBody: "text", maxBytes: 2, onOverflow: "block" }';
  const { actions } = await walk({ a: seen(block) }, message);
  assertEquals(actions, ["block"]);
});

Deno.test("explainPhase() takes a rewrite that can't be done for the rule's failure", async () => {
  const { actions, end, effects, message } = await walk({
    wrong: ACTION('{ action: "rewrite", url: "http://a.test:99999/" }'),
    late: NONE,
  }, request("http://a.test/"));
  assertEquals([effects, message.url], [[], "http://a.test/"]);
  assertEquals(end?.rule, "wrong");
  assertEquals(end?.failure, actions[0]);
});

Deno.test("explainPhase() ends with a body that is too long for a rule that blocks then", async () => {
  const { end } = await walk({
    short:
      '{ needs: { requestBody: "text", maxBytes: 2, onOverflow: "block" }, request: () => null }',
  }, request("http://a.test/", { method: "POST", body: "abc" }));
  assertEquals(end?.decision?.action, "block");
});
