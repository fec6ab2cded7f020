/**
 * What `sluice demo` has to say, for people at a terminal and as JSON for programs. Asks nobody.
 */

import { escapeTerminal } from "../log/escape.ts";
import { addressOf, type DemoAnswer } from "./demo_client.ts";
import type { DemoOrigin } from "./demo_origin.ts";
import { type DemoResult, OTHERWISE } from "./demo_steps.ts";
import { wrapped } from "./wrapped.ts";

const COLUMNS = 80;
const MARGIN = "    ";
const DEEPER = "      ";

/** The fields of an answer that the steps are about. */
const SHOWN = [
  "Age",
  "Cache-Status",
  "Content-Range",
  "Location",
  "Proxy-Status",
  "Transfer-Encoding",
] as const;

/** What is said first. */
export function openingText(
  proxy: URL,
  version: string,
  { host }: DemoOrigin,
): string {
  return sentence(
    `Sluice ${version} at ${addressOf(proxy)}, and an origin that this demo ` +
      `has started at http://${host}.`,
    "",
  );
}

/** What is said at the end: where to look next. */
export function closingText(
  proxy: URL,
  results: readonly DemoResult[],
): string {
  const usual = results.filter(isUsual).length;
  const verdict = usual === results.length
    ? `All ${usual} steps went as they usually do.`
    : `${usual} of ${results.length} steps went as they usually do.`;
  return [
    sentence(verdict, ""),
    "",
    "Where to look next:",
    `  ${addressOf(proxy)}/proxy-stats`,
    `${MARGIN}These requests in figures; through the proxy http://proxy-stats/.`,
    "  access.log in the proxy's data folder",
    `${MARGIN}A line for each request, by the id that answers and pages name.`,
    "  sluice explain http://example.com/",
    `${MARGIN}What each rule would make of a request.`,
  ].join("\n");
}

/** True when a step went as it usually does. */
export function isUsual(result: DemoResult): boolean {
  const { step, answers } = result;
  return answers.every((answer) => step.isUsual(answer, result));
}

/** A step for people, in lines of at most 80 columns. */
export function resultText(number: number, result: DemoResult): string {
  const { request: { method, target, fields = [], within }, answers } = result;
  const crowd = answers.length > 1 ? `  (${answers.length} at once)` : "";
  return [
    `${String(number).padStart(2)}  ${method} ${target}${crowd}`,
    ...fields.map(([name, value]) => `${DEEPER}${name}: ${value}`),
    ...sentence(answersText(result), MARGIN).split("\n"),
    ...fieldsOf(answers).flatMap((line) => hanging(line)),
    ...within === undefined
      ? []
      : withinText(within.method, within.target, answers),
    sentence(saidOf(result), MARGIN),
  ].map(escapeLines).join("\n");
}

/** A step for programs: one line of JSON. */
export function resultJson(number: number, result: DemoResult): string {
  const { step, request, answers, originRequests } = result;
  return JSON.stringify({
    step: number,
    name: step.name,
    request,
    originRequests,
    answers: answers.map(answerValue),
    isUsual: isUsual(result),
    says: saidOf(result),
  });
}

function saidOf(result: DemoResult): string {
  const { shows, otherwise = OTHERWISE } = result.step;
  return isUsual(result) ? shows : otherwise;
}

/** `200 OK in 4.1 ms; the origin was asked once.` */
function answersText({ answers, originRequests, step }: DemoResult): string {
  const statuses = counted(
    answers.map(({ status, reasonPhrase }) => `${status} ${reasonPhrase}`),
    answers.length,
  );
  const times = answers.map(({ totalMs }) => totalMs);
  const shortest = msText(Math.min(...times));
  const longest = msText(Math.max(...times));
  const took = shortest === longest
    ? `in ${longest} ms`
    : `in ${shortest} to ${longest} ms`;
  const first = step.name === "stream"
    ? `, its first byte in ${msText(answers[0]!.firstByteMs)} ms`
    : "";
  return `${statuses.join(", ")} ${took}${first}; ${
    askedText(originRequests)
  }.`;
}

function askedText(times: number): string {
  if (times === 0) return "the origin was not asked";
  return times === 1
    ? "the origin was asked once"
    : `the origin was asked ${times} times`;
}

function withinText(
  method: string,
  target: string,
  [answer]: readonly DemoAnswer[],
): string[] {
  const inner = answer?.within;
  const came = inner === undefined
    ? "not asked for"
    : `${inner.status} ${inner.reasonPhrase}`;
  return [`${MARGIN}within: ${method} ${new URL(target).pathname}: ${came}`];
}

/** The fields that are shown; those of several answers that are the same once. */
function fieldsOf(answers: readonly DemoAnswer[]): string[] {
  return SHOWN.flatMap((name) => {
    const values = answers.flatMap(({ fields }) =>
      fields.get(name.toLowerCase()) ?? []
    );
    return counted(values, answers.length).map((value) => `${name}: ${value}`);
  });
}

/** Each text once, with how many have it where not all do. */
function counted(texts: readonly string[], total: number): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) =>
    count < total ? `${text} (${count} of ${total})` : text
  );
}

function msText(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

function sentence(text: string, margin: string): string {
  return wrapped(text.split(" "), COLUMNS - margin.length)
    .map((line) => margin + line).join("\n");
}

function hanging(line: string): string[] {
  return wrapped(line.split(" "), COLUMNS - DEEPER.length - 2)
    .map((part, at) => DEEPER + (at === 0 ? "" : "  ") + part);
}

/** Line breaks are ours; whatever else a terminal would obey is not. */
function escapeLines(text: string): string {
  return text.split("\n").map(escapeTerminal).join("\n");
}

function answerValue(answer: DemoAnswer): Record<string, unknown> {
  const { status, fields, firstByteMs, totalMs, within } = answer;
  const shown = SHOWN.flatMap((name) => {
    const value = fields.get(name.toLowerCase());
    return value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  return {
    status,
    fields: Object.fromEntries(shown),
    ms: { firstByte: rounded(firstByteMs), total: rounded(totalMs) },
    ...within === undefined ? {} : { within: answerValue(within) },
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
