/** Scenarios of the cache: what is on its way while it changes at the origin never becomes what is stored. */

import { assertEquals } from "@std/assert";
import {
  answerOf,
  type Asking,
  CacheTalk,
  fresh,
  notModified,
  ok,
} from "./cache_talk.ts";
import { head } from "./requests.ts";
import { scenario } from "./scenario.ts";

const NO_CONTENT = head("HTTP/1.1 204 No Content");
const PUT: Asking = { method: "PUT", lines: ["Content-Length: 0"] };
const V1 = [fresh(600), 'ETag: "1"'];
const V2 = [fresh(600), 'ETag: "2"'];

/** A change at the origin that the proxy hears of. */
type Change = (talk: CacheTalk, path: string) => Promise<unknown>;

const CHANGES: readonly [name: string, change: Change][] = [
  ["a PUT", (talk, path) => talk.fetched(path, NO_CONTENT, PUT)],
  [
    "a POST that names it by Location",
    (talk, path) =>
      talk.fetched("/form", answerOf("201 Created", "", `Location: ${path}`), {
        ...PUT,
        method: "POST",
      }),
  ],
  ["a soft purge", (talk, path) => purge(talk, path, "soft")],
  ["a hard purge", (talk, path) => purge(talk, path, "hard")],
];

function purge(talk: CacheTalk, path: string, mode: "soft" | "hard") {
  const { proxy, origin } = talk.stage;
  return proxy.services.caching!.store.purge({ url: origin.url(path) }, mode);
}

const REQUESTS: readonly [name: string, lines: string[], answer: string][] = [
  ["a plain GET", [], ok("v1", ...V1)],
  ["a reload", ["Cache-Control: no-cache"], ok("v1", ...V1)],
  ["a reload of old", ["Pragma: no-cache"], ok("v1", ...V1)],
  ["a conditional GET", ['If-None-Match: "0"'], ok("v1", ...V1)],
  [
    "a GET with credentials",
    ["Authorization: Basic eDp5"],
    ok("v1", 'ETag: "1"', "Cache-Control: public, max-age=600"),
  ],
  [
    "a GET of a part",
    ["Range: bytes=0-0"],
    answerOf("206 Partial Content", "v", "Content-Range: bytes 0-0/2", ...V1),
  ],
];

for (const [change, tell] of CHANGES) {
  scenario(
    `${change} outdates what is on its way to be stored`,
    {},
    async (stage) => {
      const talk = new CacheTalk(stage);
      for (const [name, lines, answer] of REQUESTS) {
        const path = `/${name.replaceAll(" ", "-")}`;
        const client = await talk.begin(path, { lines });
        const { peer } = await talk.asked();
        await tell(talk, path);
        await peer.send(answer);
        await talk.heard(client);
        const next = {
          lines: lines.filter((line) => line.startsWith("Range")),
        };
        const { got } = await talk.fetched(path, ok("v2", ...V2), next);
        assertEquals(got.body, next.lines.length > 0 ? "v" : "v2", name);
        assertEquals((await talk.served(path)).got.body, "v2", name);
      }
    },
  );

  scenario(
    `${change} is not undone by what confirms the response from before`,
    {},
    async (stage) => {
      const talk = new CacheTalk(stage);
      const confirming: readonly [method: string, answer: string][] = [
        ["GET", notModified(...V1)],
        ["HEAD", head("HTTP/1.1 200 OK", "Content-Length: 2", ...V1)],
      ];
      for (const [method, answer] of confirming) {
        const path = `/${method}`;
        const asking = { method, lines: ["Cache-Control: no-cache"] };
        await talk.fetched(path, ok("v1", ...V1));
        const client = await talk.begin(path, asking);
        const { peer } = await talk.asked();
        await tell(talk, path);
        await peer.send(answer);
        await talk.heard(client, asking);
        const { got } = await talk.fetched(path, ok("v2", ...V2));
        assertEquals(got.body, "v2", method);
        assertEquals((await talk.served(path)).got.body, "v2", method);
      }
    },
  );
}

scenario("nobody joins a fetch from before a change", {}, async (stage) => {
  const talk = new CacheTalk(stage);
  for (const [name, tell] of CHANGES) {
    const path = `/${name.replaceAll(" ", "-")}`;
    const early = await talk.begin(path);
    const { peer } = await talk.asked();
    await tell(talk, path);
    const late = await talk.begin(path);
    const second = await talk.asked();
    await peer.send(ok("v1", ...V1));
    assertEquals((await talk.heard(early)).got.body, "v1", name);
    await second.peer.send(ok("v2", ...V2));
    assertEquals((await talk.heard(late)).got.body, "v2", name);
    assertEquals((await talk.served(path)).got.body, "v2", name);
  }
});

scenario(
  "a body that another variant's reader has left behind is outdated as well",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const vary = (body: string) => ok(body, fresh(600), "Vary: X-Kind");
    const ask = (kind: string) => ({ lines: [`X-Kind: ${kind}`] });
    const one = await talk.begin("/a", ask("a"));
    const { peer } = await talk.asked();
    const answer = vary("v1 of a");
    await peer.send(answer.slice(0, -1));
    await one.through("v1 of ");
    const other = await talk.begin("/a", ask("b"));
    await (await talk.asked()).peer.send(vary("v1 of b"));
    await talk.heard(other);
    await talk.fetched("/a", NO_CONTENT, PUT);
    await peer.send(answer.slice(-1));
    assertEquals(await one.text(1), "a");
    await stage.records.next();
    assertEquals(
      (await talk.fetched("/a", vary("v2 of a"), ask("a"))).got.body,
      "v2 of a",
    );
  },
);

scenario(
  "an answer that was made earlier takes no newer one's place",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const at = (second: number) =>
      `Date: ${new Date(talk.nowMs + second * 1000).toUTCString()}`;
    const reload = { lines: ["Cache-Control: no-cache"] };
    const early = await talk.begin("/a", reload);
    const { peer } = await talk.asked();
    talk.pass(2);
    await talk.fetched("/a", ok("v2", fresh(600), at(0)));
    await peer.send(ok("v1", fresh(600), at(-2)));
    assertEquals((await talk.heard(early)).got.body, "v1");
    assertEquals((await talk.served("/a")).got.body, "v2");
    // One that was asked for later counts, whatever its clock.
    talk.pass(1);
    await talk.fetched("/a", ok("v3", fresh(600), at(-60)), reload);
    assertEquals((await talk.served("/a")).got.body, "v3");
  },
);
