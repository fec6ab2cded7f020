/** Scenarios of what rules are asked about: matches, judged on what came over the wire. */

import { assertEquals } from "@std/assert";
import { get, head } from "./requests.ts";
import { rulesScenarioOverBoth, type RulesStage } from "./rules_folder.ts";

rulesScenarioOverBoth(
  "a response's type is matched without its parameters and its case",
  {
    "1_html.ts": `{
      match: { contentType: "text/html" },
      response: () => ({ action: "rewrite", setHeaders: { "x-html": "1" } }),
    }`,
    "2_text.ts": `{
      match: { contentType: ["text/*"], not: { contentType: "text/css" } },
      response: () => ({ action: "rewrite", setHeaders: { "x-text": "1" } }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    const cases = [
      ["Content-Type: text/html; charset=utf-8", "1", "1"],
      ["Content-Type: TEXT/Html;x", "1", "1"],
      ["content-type:   text/plain ;a=b", undefined, "1"],
      ["Content-Type: text/css", undefined, undefined],
      ["Content-Type: application/text/html", undefined, undefined],
      ["X: y", undefined, undefined],
    ] as const;
    let o;
    for (const [line, html, text] of cases) {
      await c.send(get(origin));
      o ??= await origin.accept();
      await o.head();
      await o.send(head("HTTP/1.1 200 OK", "Content-Length: 0", line));
      const got = await c.message();
      assertEquals([got.head.get("x-html"), got.head.get("x-text")], [
        html,
        text,
      ], line);
      await records.expect({ status: 200 });
    }
  },
);

rulesScenarioOverBoth(
  "each field of a match is judged on what came over the wire",
  (scheme) => ({
    "1_all.ts": marks(
      "all",
      `{
      host: ".test", path: "/m*", method: ["post", "PUT"], scheme: "${scheme}",
      client: ["10.0.0.0/8", "127.0.0.0/8"], header: { "x-a": ["1", "2"], "X-B": "*" },
    }`,
    ),
    "2_not.ts": marks("not", `{ not: { header: { "x-a": "*" } } }`),
    "3_any.ts": marks(
      "any",
      `{ any: [{ path: "*.exe" }, { header: { "x-a": "b*d" } }] }`,
    ),
    "4_user.ts": marks("user", `{ user: "*" }`),
    "5_port.ts": marks("port", `{ port: [80, 443] }`),
    "6_client.ts": marks("client", `{ client: "::ffff:127.0.0.1" }`),
    "7_empty.ts": marks("empty", `{}`),
  }),
  async (stage) => {
    const cases = [
      ["PUT", "/m", ["X-A: 2", "x-b: "], "all client empty"],
      ["POST", "/M/x", ["X-A: 1", "X-A: 9", "X-B: 1"], "all client empty"],
      ["PUT", "/m", ["X-A: 3", "x-b: 1"], "client empty"],
      ["PUT", "/n", ["X-A: 1", "x-b: 1"], "client empty"],
      ["GET", "/m", ["X-A: 1", "x-b: 1"], "client empty"],
      ["GET", "/a.EXE?x", [], "not any client empty"],
      ["GET", "/", ["X-A: BcD"], "any client empty"],
      ["GET", "/", ["X-A: bcde"], "client empty"],
    ] as const;
    for (const [method, path, lines, marked] of cases) {
      assertEquals(await marksOf(stage, method, path, lines), marked, path);
    }
  },
);

/** A rule that adds a field by its name, for what matches. */
function marks(name: string, match: string): string {
  return `{
    match: ${match},
    request: () => ({ action: "rewrite", setHeaders: { "mark-${name}": "1" } }),
  }`;
}

/** The names of the rules that matched, in order. */
async function marksOf(
  { client, records, origin }: RulesStage,
  method: string,
  path: string,
  lines: readonly string[],
): Promise<string> {
  const c = await client();
  const authority = `origin.test:${origin.port}`;
  await c.send(head(
    `${method} http://${authority}${path} HTTP/1.1`,
    `Host: ${authority}`,
    "Content-Length: 0",
    ...lines,
  ));
  const o = await origin.accept();
  const sent = await o.head();
  await o.send(head("HTTP/1.1 204 No Content", "Connection: close"));
  await c.message(true);
  await records.expect({ status: 204 });
  return sent.lines.map((line) => /^mark-(\w+):/.exec(line)?.[1])
    .filter((name) => name !== undefined).join(" ");
}
