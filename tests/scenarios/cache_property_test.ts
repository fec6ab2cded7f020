/**
 * Whatever clients ask in whatever order while content and time change: never a stale answer
 * that nobody allowed, never another URL's or another variant's body, never a part of one.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  CacheModel,
  DIRECTIVES,
  type Policy,
  REQUEST_DIRECTIVES,
  type RequestDirective,
  tagOf,
} from "./cache_model.ts";
import { CacheTalk, type Talked } from "./cache_talk.ts";
import { playScenario, type Stage, until } from "./scenario.ts";

const PATHS = ["/a", "/b", "/v1", "/v2"] as const;
type Path = typeof PATHS[number];

type Step =
  | { readonly kind: "pass"; readonly seconds: number }
  | { readonly kind: "change"; readonly path: Path; readonly policy: Policy }
  | { readonly kind: "post"; readonly path: Path }
  | {
    readonly kind: "get";
    readonly path: Path;
    readonly client: string;
    readonly method: "GET" | "HEAD";
    readonly directive: RequestDirective;
    readonly condition: "none" | "same" | "other";
    readonly range: "" | "0-3" | "5-" | "-2";
  };

const aPath = fc.constantFrom(...PATHS);

const aPolicy: fc.Arbitrary<Policy> = fc.record({
  status: fc.constantFrom(
    "200 OK",
    "200 OK",
    "200 OK",
    "404 Not Found",
    "500 Oops",
  ),
  control: fc.subarray([...DIRECTIVES], { maxLength: 2 }),
  maxAge: fc.constantFrom(0, 5, 30),
  hasTag: fc.boolean(),
  isChunked: fc.boolean(),
});

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 4, 6, 15, 30),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      path: aPath,
      policy: aPolicy,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("post" as const), path: aPath }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("get" as const),
      path: aPath,
      client: fc.constantFrom("x", "y"),
      method: fc.constantFrom("GET", "GET", "GET", "HEAD"),
      directive: fc.constantFrom(
        "" as const,
        "" as const,
        ...REQUEST_DIRECTIVES,
      ),
      condition: fc.constantFrom("none", "none", "none", "same", "other"),
      range: fc.constantFrom("", "", "", "0-3", "5-", "-2"),
    }),
  },
);

const USUAL: Policy = {
  status: "200 OK",
  control: [],
  maxAge: 30,
  hasTag: true,
  isChunked: false,
};

Deno.test("the cache never gives what the book forbids", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aStep, { minLength: 20, maxLength: 60 }),
      (steps) => playScenario({}, (stage) => play(stage, steps)),
    ),
    { numRuns: 40 },
  );
});

async function play(stage: Stage, steps: readonly Step[]): Promise<void> {
  const talk = new CacheTalk(stage);
  const model = new CacheModel(() => talk.nowMs);
  answerAll(talk, model);
  for (const path of PATHS) model.change(path, USUAL);
  for (const step of steps) {
    await take(step, talk, model);
    // What goes on behind is over before the next step.
    const { fetches } = stage.proxy.services.caching!;
    await until(() => fetches.size === 0, "a fetch goes on");
  }
}

async function answerAll(talk: CacheTalk, model: CacheModel): Promise<void> {
  while (true) {
    const asked = await talk.asked();
    await asked.peer.send(model.answer(asked));
  }
}

async function take(
  step: Step,
  talk: CacheTalk,
  model: CacheModel,
): Promise<void> {
  switch (step.kind) {
    case "pass":
      return talk.pass(step.seconds);
    case "change":
      return model.change(step.path, step.policy);
    case "post": {
      const asking = { method: "POST" };
      await talk.heard(await talk.send(step.path, asking), asking);
      return model.forget(step.path);
    }
    case "get":
      return check(step, await ask(step, talk, model), model);
  }
}

function ask(
  step: Step & { kind: "get" },
  talk: CacheTalk,
  model: CacheModel,
): Promise<Talked> {
  const { path, client, method, directive, condition, range } = step;
  const tag = condition === "same"
    ? tagOf(model.content(path, client))
    : "other";
  const lines = [
    `X-Kind: ${client}`,
    ...(directive === "" ? [] : [`Cache-Control: ${directive}`]),
    ...(condition === "none" ? [] : [`If-None-Match: "${tag}"`]),
    ...(range === "" ? [] : [`Range: bytes=${range}`]),
  ];
  const asking = { method, lines };
  return talk.send(path, asking).then((peer) => talk.heard(peer, asking));
}

function check(
  { path, client, method, directive, range }: Step & { kind: "get" },
  { got, record }: Talked,
  model: CacheModel,
): void {
  const { outcome, cacheStatus = "", errorCode } = record;
  const current = model.content(path, client);
  const isStored = outcome === "hit" || outcome === "stale";
  const why =
    `${method} ${path} ${client} ${directive} ${range}: ${cacheStatus}`;
  if (got.status === 304 || method === "HEAD") return;
  if (got.status === 416) return assertEquals(current.length, 0, why);
  const content = got.status === 206 ? wholeOf(got, model, why) : got.body;
  if (content === undefined) return;
  if (!isStored) return assertEquals(content, current, why);
  assert(content.startsWith(`${path} `), why);
  const kind = content.split(" ")[1];
  assertEquals(kind, path.startsWith("/v") ? client : "any", why);
  const hadError = errorCode !== "";
  const isStale = outcome === "stale";
  const objection = model.objection(content, isStale, directive, hadError);
  assertEquals(objection, "", why);
}

/** What a part is a part of; undefined where nothing tells. */
function wholeOf(
  { head, body }: Talked["got"],
  model: CacheModel,
  why: string,
): string | undefined {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(head.get("content-range")!);
  const [first, last, total] = range!.slice(1).map(Number);
  assertEquals(body.length, last! - first! + 1, why);
  const wholes = model.having(body, first!, total!);
  assert(wholes.length > 0, why);
  const tag = head.get("etag");
  return wholes.find((whole) => `"${tagOf(whole)}"` === tag);
}
