/**
 * Runs wrk from core 1 with requests in absolute form, and reads its figures.
 * It doesn't know which proxy answers.
 */

import { join } from "@std/path";
import { LOAD_CORE } from "./child_processes.ts";
import type { Workbench } from "./workbench.ts";

/** What to ask of a proxy. */
export interface WrkLoad {
  /** HOST:PORT of the proxy. */
  readonly proxy: string;
  /** Absolute. */
  readonly url: string;
  /** Whether every request has another query, which no other run has either. */
  readonly isDistinct: boolean;
  readonly bodyBytes: number;
  readonly connections: number;
  /** Whether every request takes a new connection. */
  readonly closes: boolean;
  readonly seconds: number;
}

/** What came back. */
export interface WrkFigures {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Why the figures are worth nothing, if so. */
  readonly failure?: string;
}

/** The JSON that the script below prints. Times are in microseconds. */
interface Summary {
  requests: number;
  duration: number;
  bytes: number;
  status: number;
  connect: number;
  read: number;
  write: number;
  timeout: number;
  p50: number;
  p99: number;
}

/** Puts `load` on a proxy for its seconds. */
export async function runWrk(
  bench: Workbench,
  load: WrkLoad,
): Promise<WrkFigures> {
  const script = join(bench.folder, "request.lua");
  await Deno.writeTextFile(script, luaScript(load));
  const child = bench.children.start({
    name: "wrk",
    core: LOAD_CORE,
    command: [
      bench.programs.wrk,
      "--threads=1",
      `--connections=${load.connections}`,
      `--duration=${load.seconds}s`,
      `--script=${script}`,
      `http://${load.proxy}/`,
    ],
  });
  return parseSummary(await child.finish(), load.bodyBytes);
}

/**
 * Reads the summary line.
 *
 * Anything but whole answers below 400 is a failure: an error is cheaper than
 * an answer, and would make a broken proxy look fast.
 */
export function parseSummary(output: string, bodyBytes: number): WrkFigures {
  const line = /^summary (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) {
    throw new Error(`Cannot read wrk's output: no summary in "${output}"`);
  }
  // The shape is that of the script in this file, with numbers throughout.
  const summary = JSON.parse(line) as Summary;
  const failure = findFailure(summary, bodyBytes);
  return {
    requests: summary.requests,
    requestsPerSecond: summary.requests / (summary.duration / 1e6),
    p50Ms: summary.p50 / 1000,
    p99Ms: summary.p99 / 1000,
    ...(failure !== undefined && { failure }),
  };
}

function findFailure(summary: Summary, bodyBytes: number): string | undefined {
  const { requests, bytes, status, connect, read, write, timeout } = summary;
  if (status > 0) return `${status} of ${requests} answers weren't 2xx`;
  const socketErrors = connect + read + write + timeout;
  if (socketErrors > 0) {
    return `${socketErrors} socket errors (connect ${connect}, read ${read}, ` +
      `write ${write}, timeout ${timeout})`;
  }
  if (requests === 0) return "no answer";
  if (bytes < requests * bodyBytes) {
    return `${Math.round(bytes / requests)} bytes an answer, wanted a body ` +
      `of ${bodyBytes}`;
  }
  return undefined;
}

/** Without a `request` function wrk builds its request once. */
function luaScript({ url, closes, isDistinct }: WrkLoad): string {
  return `${isDistinct ? distinctRequests(url) : ""}
wrk.path = "${url}"
wrk.headers["Host"] = "${new URL(url).host}"
${closes ? 'wrk.headers["Connection"] = "close"' : ""}
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'summary {"requests":%d,"duration":%d,"bytes":%d,"status":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"timeout":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, summary.bytes, e.status, e.connect,
    e.read, e.write, e.timeout, latency:percentile(50),
    latency:percentile(99)))
end
`;
}

function distinctRequests(url: string): string {
  return `local count = 0
function request()
  count = count + 1
  return wrk.format("GET", "${url}?${crypto.randomUUID()}-" .. count)
end`;
}
