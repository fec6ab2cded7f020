/**
 * The admin API as programs use it: JSON in, JSON out, whatever is in it. Each input is a
 * method and a path, and below them the body.
 */

import { assert, assertEquals } from "@std/assert";
import { TemporaryFolder } from "../../clients/strangers.ts";
import { ADMIN_TOKEN, SocketStage } from "../socket_stage.ts";
import { readStrictResponse } from "../strict_reader.ts";
import { type Target, textTarget } from "../target.ts";

const SEEDS = [
  'POST /admin/cache/purge\n{"url":"http://a/","mode":"soft"}',
  'POST /admin/cache/purge\n{"prefix":"http://a/","mode":"hard"}',
  'POST /admin/cache/purge\n{"host":".a.example"}',
  'POST /admin/cache/purge\n{"tag":"t"}',
  'POST /admin/cache/purge\n{"all":true}',
  'POST /admin/lists/entries\n{"entry":".ads.example","action":"block","note":"x"}',
  'POST /admin/lists/entries\n{"entry":"10.0.0.0/8","action":"allow"}',
  'POST /admin/lists/entries/remove\n{"entry":".ads.example"}',
  'POST /admin/lists/import\n{"name":"a.txt","text":"0.0.0.0 b.example"}',
  'POST /admin/lists/file/remove\n{"name":"a.txt"}',
  'POST /admin/rules/mode\n{"name":"rule","mode":"report"}',
  'POST /admin/rules/mode\n{"name":"rule","mode":"file"}',
  "POST /admin/rules/reload\n",
  'POST /admin/logs/delete\n{"host":"a.example"}',
  "DELETE /admin/logs?host=a.example&status=4xx\n",
  "GET /admin/logs?from=2026-01-31+08:15&status=400-451&outcome=hit,miss\n",
  "GET /admin/logs/export.har?host=.a.example\n",
  "GET /admin/cache?q=*.png&sort=size&limit=10\n",
  "GET /admin/cache/entry?url=http://a/\n",
  "GET /admin/lists/explain?url=http://x.ads.example/\n",
  "GET /admin/lists/file.json?name=a.txt\n",
  "GET /admin/rules\n",
  "GET /admin/rules/rule?name=rule\n",
  "GET /admin/settings\n",
  "GET /admin/limits\n",
];

const TOKENS = [
  ...'{ } [ ] : , " \\ null true false 0 -1 1e999 1.5 "" [] {} "a" \\u0000 \\ud800 "__proto__": "constructor": "all":true'
    .split(" "),
  ..."? & = % %00 %zz %ff + * 2026-13-45 9999999999 ../.. action= name= url= http://[::1]/"
    .split(" "),
  '"mode":"soft"',
  '{"toString":1}',
  "\ufeff",
  "\u00fc",
  "\0",
  "\n",
];

/** The targets. */
export function adminTargets(): Target[] {
  return [{ name: "admin API", run: runAdmin }];
}

const runAdmin: Target["run"] = async (seed, budget, before) => {
  using folder = new TemporaryFolder();
  await folder.write("1_rule.ts", "export default { request() {} };");
  await using stage = await SocketStage.open({ rulesPath: folder.path });
  const target = textTarget({
    name: "admin API",
    seeds: SEEDS,
    tokens: TOKENS,
    check: (input) => checkApi(stage, input),
    // Whether somebody waits is told by a deadline.
    microsPerCharacter: Infinity,
  });
  const tried = await target.run(seed, budget, before);
  if (tried.failure === undefined) await stage.assertNothingLeft();
  return tried;
};

async function checkApi(stage: SocketStage, input: string): Promise<void> {
  const { text, isReset } = await stage.exchange(requestOf(input));
  assertEquals(stage.bugs.splice(0), [], "unexpected errors");
  if (isReset) return;
  const method = input.startsWith("HEAD ") ? "HEAD" : "GET";
  const { message } = readStrictResponse(text, method, true);
  const status = Number(message.startLine.split(" ")[1]);
  assert(status !== 500, `a bug of ours: ${text}`);
  const isJson = /\r\ncontent-type: application\/json/i.test(text);
  if (isJson && message.body !== "") JSON.parse(message.body);
}

/** The request of an input; a path ends where its line does. */
function requestOf(input: string): string {
  const [line = "", ...rest] = input.split("\n");
  const [method = "", ...path] = line.split(" ");
  // Of bytes, as JSON is sent.
  const body = String.fromCharCode(
    ...new TextEncoder().encode(rest.join("\n")),
  );
  const target = path.join(" ").replace(/[\r\u0100-\uffff]/g, "");
  return `${
    method.replace(/[^A-Z]/g, "") || "GET"
  } http://proxy-stats${target} ` +
    "HTTP/1.1\r\nHost: proxy-stats\r\nAccept: application/json\r\n" +
    `Authorization: Bearer ${ADMIN_TOKEN}\r\n` +
    "Content-Type: application/json\r\nConnection: close\r\n" +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
}
