/**
 * `deno task soak`: mixed traffic against a proxy in a process of its own, for minutes; a
 * table over time of what it holds. Ends with 1 for a trend in memory or descriptors, for
 * an unexpected answer or error line, and for a crash.
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { TemporaryFolder } from "../clients/strangers.ts";
import { originCertificate } from "../fuzz/origin_certificate.ts";
import { Random } from "../fuzz/random.ts";
import { ChildProxy } from "./child_proxy.ts";
import { refusingPort, SoakOrigin } from "./soak_origin.ts";
import { PASSWORD, type Places, playOne, USERS } from "./traffic.ts";
import { growthOfSecondHalf, type Sample } from "./trend.ts";

const DEFAULT_MINUTES = 10;
const ROWS = 20;
const WORKERS = 12;
const RELOAD_MS = 2000;
/** What a second half may add: garbage that was not collected yet, and noise. */
const MAX_GROWN_MIB = 40;
/** The same; a pool holds as many as the machine is fast. */
const MAX_GROWN_DESCRIPTORS = 150;
/** How many descriptors may be left, beyond those of the start, when all is quiet. */
const MAX_LEFT_DESCRIPTORS = 24;
/** Longer than the timeouts below, in ms. */
const QUIET_MS = 6000;

const FLAGS = [
  ...["--cache-memory", "16MiB", "--cache-disk", "64MiB"],
  ...["--idle-timeout", "2s", "--pool-idle-timeout", "2s"],
  ...["--response-timeout", "3s", "--tunnel-idle-timeout", "3s"],
  ...["--max-connections-per-client", "2000"],
  ...["--intercept", "127.0.0.1"],
];

/** Reads bodies whole, both ways. */
const BODY_RULE = `export default {
  match: { path: "/judged*" },
  needs: { requestBody: "text", responseBody: "text" },
  request: () => ({ action: "cache", ttlSeconds: 1 }),
  response: ({ body }) => ({ action: "rewrite", body: body.toUpperCase() }),
};
`;

/** What was seen. */
class Findings {
  readonly memory: Sample[] = [];
  readonly descriptors: Sample[] = [];
  readonly unexpected = new Map<string, number>();
  played = 0;

  note(wrong: string | undefined): void {
    this.played++;
    if (wrong === undefined) return;
    this.unexpected.set(wrong, (this.unexpected.get(wrong) ?? 0) + 1);
  }

  /** What is wrong with all of it. */
  problems(proxy: ChildProxy): string[] {
    const problems = [...this.unexpected]
      .map(([wrong, count]) => `${count} times ${wrong}`);
    problems.push(...proxy.complaints.map((line) => `it says ${line}`));
    const mib = growthOfSecondHalf(this.memory);
    if (mib > MAX_GROWN_MIB) problems.push(`it grows: ${mib.toFixed(1)} MiB`);
    const more = growthOfSecondHalf(this.descriptors);
    if (more > MAX_GROWN_DESCRIPTORS) {
      problems.push(`its descriptors grow by ${more.toFixed()}`);
    }
    return problems;
  }
}

async function soak(minutes: number, seed: number): Promise<number> {
  using folder = new TemporaryFolder();
  const origin = await SoakOrigin.open();
  const certificate = await originCertificate("127.0.0.1");
  const secureOrigin = await SoakOrigin.open(certificate);
  await using proxy = await ChildProxy.start({
    args: [
      ...FLAGS,
      ...["--auth-file", await folder.write("users", await usersText())],
      ...["--upstream-ca", await folder.write("ca.pem", certificate.authority)],
    ],
    rules: { "1_rule.ts": ruleText(0), "2_body.ts": BODY_RULE },
    authorization: `Basic ${btoa(`${USERS[0]}:${PASSWORD}`)}`,
    isExpected: isExpectedLine,
  });
  const places: Places = {
    proxyPort: proxy.port,
    origin: origin.authority,
    secureOrigin: secureOrigin.authority,
    authority: await (await fetch(`http://127.0.0.1:${proxy.port}/ca.pem`))
      .text(),
    refusingPort: await refusingPort(),
    token: (await Deno.readTextFile(join(proxy.folder, "data/admin-token")))
      .trim(),
  };
  const before = proxy.descriptors;
  const findings = new Findings();
  const endMs = performance.now() + minutes * 60_000;
  const isOver = () => performance.now() > endMs || proxy.end !== undefined;
  await Promise.all([
    ...Array.from({ length: WORKERS }, async (_, at) => {
      const random = new Random(seed + at);
      while (!isOver()) findings.note(await playOne(places, random));
    }),
    reloadRules(proxy, isOver),
    report(proxy, findings, minutes * 60 / ROWS, isOver),
  ]);
  await pause(QUIET_MS);
  const left = proxy.descriptors - before;
  origin.close();
  secureOrigin.close();
  const problems = findings.problems(proxy);
  if (left > MAX_LEFT_DESCRIPTORS) {
    problems.push(`${left} descriptors are left when all is quiet`);
  }
  const isCrashed = proxy.end !== undefined;
  const { code, signal } = await proxy.stop();
  if (isCrashed || code !== 0) {
    problems.push(`it ended with ${signal ?? code}`);
  }
  tell(proxy, findings, problems);
  return problems.length === 0 ? 0 : 1;
}

/** A password file (SHA-1: who hashes slowly is measured elsewhere). */
async function usersText(): Promise<string> {
  const bytes = new TextEncoder().encode(PASSWORD);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  return USERS.map((user) => `${user}:{SHA}${hash.toBase64()}\n`).join("");
}

/** Rules that are saved again and again; now and then one is broken. */
async function reloadRules(
  proxy: ChildProxy,
  isOver: () => boolean,
): Promise<void> {
  const path = join(proxy.folder, "rules/1_rule.ts");
  for (let version = 1; !isOver(); version++) {
    await pause(RELOAD_MS);
    const text = version % 5 === 0 ? "export default {" : ruleText(version);
    await Deno.writeTextFile(path, text);
  }
}

function ruleText(version: number): string {
  return `export default {
  description: "Version ${version}",
  match: { path: "/blocked*" },
  request: () => ({ action: "block", reason: "version ${version}" }),
};
`;
}

/** A set of rules with an error is refused, and said so. */
function isExpectedLine(line: string): boolean {
  return line.includes("1_rule.ts") ||
    line.includes("the changed rules are refused");
}

async function report(
  proxy: ChildProxy,
  findings: Findings,
  everySeconds: number,
  isOver: () => boolean,
): Promise<void> {
  console.log(
    "seconds  RSS MiB  descriptors  clients  upstreams  exchanges/s  unexpected",
  );
  const startMs = performance.now();
  let exchanges = 0;
  for (let row = 1; !isOver(); row++) {
    await pause(startMs + row * everySeconds * 1000 - performance.now());
    const seconds = (performance.now() - startMs) / 1000;
    const mib = proxy.residentKib / 1024;
    const { descriptors } = proxy;
    findings.memory.push({ seconds, value: mib });
    findings.descriptors.push({ seconds, value: descriptors });
    const rate = (proxy.exchanges - exchanges) / everySeconds;
    exchanges = proxy.exchanges;
    const unexpected = total(findings.unexpected);
    const [clients, upstreams] = await proxy.gauges(
      "sluice_client_connections",
      "sluice_upstream_connections",
    );
    console.log(
      seconds.toFixed().padStart(7) + mib.toFixed(1).padStart(9) +
        String(descriptors).padStart(13) + String(clients).padStart(9) +
        String(upstreams).padStart(11) + rate.toFixed().padStart(13) +
        String(unexpected).padStart(12),
    );
  }
}

function tell(
  proxy: ChildProxy,
  findings: Findings,
  problems: readonly string[],
): void {
  const outcomes = [...proxy.outcomes].sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${outcome} ${count}`);
  console.log(`${findings.played} played; ${outcomes.join(", ")}`);
  const mib = growthOfSecondHalf(findings.memory).toFixed(1);
  const descriptors = growthOfSecondHalf(findings.descriptors).toFixed();
  console.log(`second half: ${mib} MiB, ${descriptors} descriptors more`);
  for (const problem of problems) console.log(`FAILED: ${problem}`);
  if (problems.length === 0) console.log("ok");
}

function total(counts: ReadonlyMap<string, number>): number {
  return counts.values().reduce((sum, count) => sum + count, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

const given = parseArgs(Deno.args, { string: ["minutes", "seed"] });
const minutes = Number(given.minutes ?? DEFAULT_MINUTES);
const seed = Number(given.seed ?? 1);
if (!(minutes > 0) || !Number.isInteger(seed) || given._.length > 0) {
  console.error("Usage: deno task soak [--minutes N] [--seed N]");
  Deno.exit(2);
}
Deno.exit(await soak(minutes, seed));
