/**
 * `sluice explain URL`: what the rules make of a made-up request, rule by rule and phase by
 * phase, and what would become of it. Nothing is sent, and what rules remember is empty.
 */

import { OptionError, type Settings } from "../config.ts";
import { WireError } from "../errors.ts";
import { isFieldValue } from "../http1/fields.ts";
import { isToken } from "../http1/field_names.ts";
import {
  connect,
  type MadeUpMessage,
  request,
  response,
  subjectFor,
} from "../policy/made_up_message.ts";
import { parseIp } from "../policy/ip_range.ts";
import type { ListBook } from "../proxy/list_book.ts";
import type { RuleSet } from "../sandbox/rule_set.ts";
import { type CommandArgs, readCommandArgs } from "./command_args.ts";
import { openLists } from "./open_lists.ts";
import { outcomeText } from "./outcome_text.ts";
import { explainPhase, type PhaseExplained } from "./explained_phase.ts";
import { oneLine, textTable } from "./text_table.ts";
import type { RuleVerdict } from "./verdicts.ts";
import { withRules } from "./with_rules.ts";

/**
 * Prints a table of all rules, and the outcome.
 *
 * @param args A URL (`host:port` with `--method CONNECT`), and what the request and the
 * origin's answer are like: `--method`, `--header`, `--client`, `--user`, `--body`,
 * `--time`, `--response-status`, `--response-header`, `--response-body`; and options of the
 * proxy, such as `--rules FOLDER`.
 * @returns The exit code: 0, or 1 when the rules can't be loaded.
 * @throws {OptionError} for other arguments, and for values that no message can have.
 */
export async function explain(args: readonly string[]): Promise<number> {
  const given = readCommandArgs(args, {
    positional: "URL",
    options: [
      "method",
      "client",
      "user",
      "body",
      "time",
      "response-status",
      "response-body",
    ],
    lists: ["header", "response-header"],
  });
  const message = requestOf(given);
  const answer = (to: MadeUpMessage) => responseTo(to, given);
  answer(message);
  return await withRules(given.rest, async (set, settings) => {
    const { isBlocked, text } = await explainLists(settings, message);
    if (text !== "") console.log(text);
    if (isBlocked) return 0;
    if (text !== "") console.log("");
    console.log(explanation(set, await walkPhases(set, message, answer)));
    return 0;
  });
}

async function bookOf(settings: Settings, kv: Deno.Kv): Promise<ListBook> {
  const lists = await openLists(settings, kv);
  await lists.close();
  return lists.book;
}

/** What the lists say, which are asked before rules; "" where there are none. */
async function explainLists(
  settings: Settings,
  message: MadeUpMessage,
): Promise<{ isBlocked: boolean; text: string }> {
  // What the admin page lists belongs to the proxy that has the store.
  const kv = await Deno.openKv(":memory:");
  const { current, answer } = await bookOf(settings, kv)
    .finally(() => kv.close());
  if (current.isEmpty) return { isBlocked: false, text: "" };
  const { verdict, reason } = current.judge(subjectFor(message));
  const isBlocked = verdict === "block";
  const outcome = isBlocked
    ? `: answered with ${answer.status}, and no rule is asked`
    : "";
  return { isBlocked, text: `Lists: ${oneLine(reason)}${outcome}.` };
}

/**
 * Asks the rules of a set about a request in all of its phases, in their order, until one is
 * ended by more than `allow`.
 *
 * @param answer Makes the origin's answer to the request as the rules leave it.
 */
export async function walkPhases(
  set: RuleSet,
  message: MadeUpMessage,
  answer: (to: MadeUpMessage) => MadeUpMessage,
): Promise<PhaseExplained[]> {
  const walks: PhaseExplained[] = [];
  for (const next of [tunnelFor, asItIs, answer]) {
    const before = walks.at(-1);
    if (before !== undefined && isOver(before)) break;
    const known = before?.message.phase === "request"
      ? before.message
      : message;
    const asked = next(known);
    if (asked !== undefined) walks.push(await explainPhase(set, asked));
    if (message.phase === "connect") break;
  }
  return walks;
}

function isOver({ end }: PhaseExplained): boolean {
  return end !== undefined && end.decision?.action !== "allow";
}

function asItIs(message: MadeUpMessage): MadeUpMessage {
  return message;
}

/** The CONNECT by which an https URL, or a tunnel itself, is asked for. */
function tunnelFor(message: MadeUpMessage): MadeUpMessage | undefined {
  if (message.phase === "connect") return message;
  const { scheme, host, port } = subjectFor(message);
  if (scheme === "http") return undefined;
  const { client, time } = message;
  const name = host.includes(":") ? `[${host}]` : host;
  return connect(`${name}:${port}`, { client, time });
}

function explanation(set: RuleSet, walks: readonly PhaseExplained[]): string {
  if (set.rules.length === 0) return "There are no rules.";
  const verdicts = walks.flatMap(({ verdicts }) => verdicts);
  const logs = verdicts.flatMap(({ rule, logs }) =>
    logs.map((line) => `  ${rule.name} logs: ${oneLine(line)}`)
  );
  const table = textTable(HEADING, explainedRows(walks));
  return [table, "", outcomeText(walks), ...logs].join("\n");
}

/** The rows of the table, a cell for each column: phase, rule, matched, verdict, ms, reason. */
export function explainedRows(walks: readonly PhaseExplained[]): string[][] {
  const verdicts = walks.flatMap(({ verdicts }) => verdicts);
  return verdicts.filter((each) => saysSomething(each, verdicts)).map(rowOf);
}

/** Each rule is there once at least, and for each phase for which it has a hook. */
function saysSomething(
  verdict: RuleVerdict,
  all: readonly RuleVerdict[],
): boolean {
  if (verdict.hasHook) return true;
  const ofRule = all.filter(({ rule }) => rule === verdict.rule);
  return ofRule[0] === verdict && !ofRule.some(({ hasHook }) => hasHook);
}

const HEADING = [
  "phase",
  "rule",
  "matched",
  "verdict",
  "ms",
  "reason, or why not",
];

function rowOf(verdict: RuleVerdict): string[] {
  const { rule, phase, isAsked, why, decisions, failure, ms } = verdict;
  const reasons = decisions.flatMap(({ reason }) => reason ?? []);
  const actions = decisions.map(({ action }) => action).join(", ") || "none";
  const report = rule.mode === "report" ? " (report)" : "";
  return [
    phase,
    rule.name,
    isAsked ? "yes" : "no",
    isAsked ? (failure === undefined ? actions : "failed") + report : "",
    isAsked ? ms.toFixed(1) : "",
    failure ?? (reasons.join("; ") || why),
  ];
}

const URL_WANTED = 'an absolute URL such as "http://a.test/"';

function requestOf(args: CommandArgs): MadeUpMessage {
  const url = args.positional;
  if (url === undefined) throw wrong("URL", undefined, URL_WANTED);
  const method = one(args, "method") ?? "GET";
  if (!isToken(method)) throw wrong("--method", method, 'such as "POST"');
  const user = one(args, "user");
  const from = {
    client: { ip: clientOf(args), ...(user === undefined ? {} : { user }) },
    time: timeOf(args),
    headers: headersOf(args, "header"),
  };
  const body = one(args, "body");
  const message = method === "CONNECT" ? connect(url, from) : request(url, {
    ...from,
    method,
    ...(body === undefined ? {} : { body }),
  });
  try {
    subjectFor(message);
    return message;
  } catch (error) {
    if (!(error instanceof WireError || error instanceof TypeError)) {
      throw error;
    }
    const wanted = method === "CONNECT"
      ? 'a host and port such as "a.test:443"'
      : URL_WANTED;
    throw wrong("URL", url, wanted);
  }
}

function responseTo(to: MadeUpMessage, args: CommandArgs): MadeUpMessage {
  const text = one(args, "response-status") ?? "200";
  const status = /^[2-5]\d\d$/.test(text) ? Number(text) : undefined;
  if (status === undefined) {
    throw wrong("--response-status", text, "a status from 200 to 599");
  }
  const body = one(args, "response-body");
  const headers = headersOf(args, "response-header");
  return response(to, {
    status,
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

function clientOf(args: CommandArgs): string {
  const client = one(args, "client") ?? "127.0.0.1";
  if (parseIp(client) !== undefined) return client;
  throw wrong("--client", client, 'an address such as "192.0.2.7"');
}

/** `2026-02-02T12:00`, by local time; default: now. */
function timeOf(args: CommandArgs): Date {
  const text = one(args, "time");
  const time = text === undefined ? new Date() : new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw wrong("--time", text ?? "", 'a time such as "2026-02-02T12:00"');
}

function headersOf(args: CommandArgs, option: string): [string, string][] {
  return (args.values.get(option) ?? []).map((text) => {
    const [, name = "", value = ""] = /^([^:]*):\s*(.*?)\s*$/s.exec(text) ?? [];
    if (isToken(name) && isFieldValue(value)) return [name, value];
    throw wrong(`--${option}`, text, 'a field such as "accept: text/html"');
  });
}

function one(args: CommandArgs, option: string): string | undefined {
  return args.values.get(option)?.[0];
}

function wrong(
  option: string,
  got: string | undefined,
  wanted: string,
): OptionError {
  return new OptionError({ option, got, wanted });
}
