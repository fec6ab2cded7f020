/**
 * What asking a rule costs: the proxy process's own CPU and the wall time a call, alone
 * and with 64 in flight, the host's CPU beside it; and how long loading takes.
 *
 * ```sh
 * deno run -A tests/bench/sandbox_bench.ts
 * ```
 */

import { join } from "@std/path";
import type { RequestData } from "../../src/sandbox/protocol.ts";
import { type RuleSet, RuleSets } from "../../src/sandbox/rule_set.ts";
import { RuleState } from "../../src/sandbox/rule_state.ts";

const CALLS = 50_000;
const ALONE = 3_000;
const IN_FLIGHT = 64;
const TICKS_PER_SECOND = 100;

const REQUESTS: Readonly<Record<string, readonly string[]>> = {
  "2 fields": ["Host", "www.example.com", "Accept", "*/*"],
  "11 fields": [
    ["Host", "www.example.com"],
    [
      "User-Agent",
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0",
    ],
    [
      "Accept",
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ],
    ["Upgrade-Insecure-Requests", "1"],
    ["Referer", "http://www.example.com/articles/2026/1"],
    ["Accept-Encoding", "gzip, deflate"],
    ["Accept-Language", "en-GB,en;q=0.9,de;q=0.8"],
    ["Cookie", "session=0f3k9z; theme=dark; _ga=GA1.1.1234567890.1700000000"],
    ["If-None-Match", '"5f3c"'],
    ["If-Modified-Since", "Sat, 31 Jan 2026 10:00:00 GMT"],
    ["Connection", "keep-alive"],
  ].flat(),
};

const RULES: Readonly<Record<string, string>> = {
  "allows": `() => ({ action: "allow" })`,
  "says nothing": `() => undefined`,
  "reads a header":
    `({ headers }) => headers.has("x-none") ? { action: "allow" } : undefined`,
  "is async": `async () => ({ action: "allow" })`,
};

const folder = await Deno.makeTempDir();
using kv = await Deno.openKv(":memory:");
const names = Object.keys(RULES);
for (const [index, name] of names.entries()) {
  await Deno.writeTextFile(
    join(folder, `${index}_rule.ts`),
    `export default { name: "rule ${index}", request: ${RULES[name]} };\n`,
  );
}
const sets = await openSets(folder);
try {
  for (const [fields, headers] of Object.entries(REQUESTS)) {
    for (const [rule, name] of names.entries()) {
      await measure(sets.current, rule, `${name}, ${fields}`, headers);
    }
  }
} finally {
  await sets.close();
}
await measureLoading();
await Deno.remove(folder, { recursive: true });

async function measure(
  { host }: RuleSet,
  rule: number,
  name: string,
  headers: readonly string[],
): Promise<void> {
  const request: RequestData = {
    id: "0f3k9z",
    method: "GET",
    url: "http://www.example.com/assets/app.js?version=12",
    scheme: "http",
    host: "www.example.com",
    port: 80,
    path: "/assets/app.js",
    query: "?version=12",
    headers,
    clientIp: "192.0.2.7",
    clientPort: 50_000,
    timeMs: Date.now(),
  };
  const ask = () => host.ask({ rule, phase: "request", request });
  const asker = async (calls: number) => {
    for (let i = 0; i < calls; i++) await ask();
  };
  const many = () =>
    Promise.all(
      Array.from({ length: IN_FLIGHT }, () => asker(CALLS / IN_FLIGHT)),
    );
  await many();
  const [ownBefore, hostBefore] = [ownCpuMs(), childCpuMs()];
  const startMs = performance.now();
  await many();
  const wallMs = performance.now() - startMs;
  const own = (ownCpuMs() - ownBefore) * 1000 / CALLS;
  const hostOwn = (childCpuMs() - hostBefore) * 1000 / CALLS;
  const aloneMs = performance.now();
  await asker(ALONE);
  const alone = (performance.now() - aloneMs) * 1000 / ALONE;
  console.log(
    `${name.padEnd(30)} ${IN_FLIGHT} in flight: ${
      own.toFixed(1)
    } µs CPU here, ${hostOwn.toFixed(1)} in the host, ${
      (wallMs * 1000 / CALLS).toFixed(1)
    } wall; alone: ${alone.toFixed(0)} µs`,
  );
}

async function measureLoading(): Promise<void> {
  const many = await Deno.makeTempDir();
  const write = async (salt: string) => {
    for (let i = 0; i < 100; i++) {
      await Deno.writeTextFile(
        join(many, `${i}_rule${i}.ts`),
        `const salt: string = "${salt}${i}";\nexport default { match: { host: ["*.a${i}.example"] }, request: () => ({ action: "block", reason: salt }) };\n`,
      );
    }
  };
  await write(crypto.randomUUID());
  const startMs = performance.now();
  const loaded = await openSets(many);
  console.log(
    `100 rules loaded in ${(performance.now() - startMs).toFixed(0)} ms`,
  );
  await write(crypto.randomUUID());
  const reloadMs = performance.now();
  await loaded.reload();
  console.log(
    `and reloaded in ${(performance.now() - reloadMs).toFixed(0)} ms`,
  );
  await loaded.close();
  await Deno.remove(many, { recursive: true });
}

function openSets(path: string): Promise<RuleSets> {
  const events = {
    log() {},
    lost: (rule: string | undefined, why: string) => console.error(rule, why),
    setAside() {},
    complaint: (line: string) => console.error(line),
    changed() {},
    refused() {},
  };
  return RuleSets.open(path, { state: new RuleState(kv), events }, {
    watch: false,
  });
}

function ownCpuMs(): number {
  return cpuMs("self");
}

/** The one child that this program has. */
function childCpuMs(): number {
  const children = Deno.readTextFileSync(
    `/proc/self/task/${Deno.pid}/children`,
  );
  return cpuMs(children.trim().split(" ")[0] ?? "self");
}

/** User and system time, all threads. */
function cpuMs(process: string): number {
  const stat = Deno.readTextFileSync(`/proc/${process}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 1000 / TICKS_PER_SECOND;
}
