/**
 * The rule host: a program that loads rules and asks them, for the proxy at the other
 * end of its standard input and output. It runs without permissions but to read the
 * rules folder and what was granted.
 *
 * ```sh
 * deno run --allow-read=rules src/sandbox/host.ts
 * ```
 */

import { toFileUrl } from "./file_url.ts";
import { failureOf, stackOf } from "./author_trace.ts";
import { Evaluator } from "./evaluator.ts";
import { array, readJson, record, text, texts } from "./json_shape.ts";
import { readModule } from "./host_message.ts";
import { LineReader, MAX_CALL_BYTES } from "./line_reader.ts";
import { lockDown } from "./lock_down.ts";
import { MarkWriter } from "./mark.ts";
import { WireHeaders } from "./headers_view.ts";
import { WireRequest, WireResponse } from "./message_view.ts";
import { ModuleLoader } from "./module_loader.ts";
import { Outbox } from "./outbox.ts";
import type { StartMessage } from "./protocol.ts";
import { readProxyMessage } from "./proxy_message.ts";
import { HookContext, HookState, StateClient } from "./rule_context.ts";
import { StrayLines } from "./stray_lines.ts";

/** Reading a longer line takes so long that the proxy should know. */
const LONG_LINE_CHARS = 64 * 1024;
/** What rules never need, and a compiled program would have. */
const REVOKED: readonly Deno.PermissionName[] = [
  "env",
  "ffi",
  // The types lack this name of a permission.
  "import" as Deno.PermissionName,
  "run",
  "sys",
  "write",
];

/** Serves until standard input ends. What the proxy says wrong ends the process. */
export async function ruleHostMain(): Promise<void> {
  const { exit, stderr } = Deno;
  const encoder = new TextEncoder();
  try {
    await serveInput();
  } catch (error) {
    stderr.writeSync(encoder.encode(`rule host: ${stackOf(error)}\n`));
    exit(1);
  }
  // The proxy is gone, or wants the host to go: what rules left running ends too.
  exit(0);
}

async function serveInput(): Promise<void> {
  const input = Deno.stdin;
  const lines = new LineReader(MAX_CALL_BYTES);
  const buffer = new Uint8Array(256 * 1024);
  let serve: ((line: string) => void) | undefined;
  let length = await input.read(buffer);
  while (length !== null) {
    for (const line of lines.push(buffer.subarray(0, length))) {
      if (serve === undefined) serve = await begin(readStart(line));
      else serve(line);
    }
    length = await input.read(buffer);
  }
}

/** Loads the rules, and returns what takes the lines that follow. */
async function begin(start: StartMessage): Promise<(line: string) => void> {
  const { stdout, inspect } = Deno;
  const outbox = new Outbox(start.token, (bytes) => stdout.writeSync(bytes));
  const mark = new MarkWriter(
    await Deno.open(start.markPath, { write: true }),
  );
  revokePermissions();
  const folderUrl = toFileUrl(start.folder) + "/";
  const loader = new ModuleLoader(
    folderUrl,
    start.readable.flatMap((path) => [toFileUrl(path), toFileUrl(path) + "/"]),
    start.modules,
  );
  loader.install();
  const state = new StateClient((request) => outbox.ask(request));
  const lines = new StrayLines(outbox, mark);
  const stray = (what: string, error: unknown) =>
    lines.write(() => `${what}: ${failureOf(error, folderUrl).message}`);
  catchStrays(stray);
  const shown = (value: unknown) =>
    typeof value === "string" ? value : inspect(value);
  lockDown(
    (level, values) =>
      lines.write(() => `console.${level}: ${values.map(shown).join(" ")}`),
    [
      WireRequest,
      WireResponse,
      WireHeaders,
      HookContext,
      HookState,
      // Rules reach these where --rules-allow-read covers the program's own source.
      Evaluator,
      MarkWriter,
      Outbox,
      StateClient,
      StrayLines,
    ],
    {
      caught: (error) => stray("an error that nobody caught", error),
      owner: () => mark.owner,
      holds: (owner) => mark.background(owner),
    },
  );
  const { message, hooks } = await loader.load(start, mark);
  if (Deno.build.standalone) Deno.permissions.revokeSync({ name: "read" });
  const evaluator = new Evaluator({
    rules: hooks,
    outbox,
    mark,
    state,
    folderUrl,
  });
  outbox.say("loaded", message);
  return (line) => serveLine(line, evaluator, { outbox, mark, state });
}

function serveLine(
  line: string,
  evaluator: Evaluator,
  { outbox, mark, state }: {
    outbox: Outbox;
    mark: MarkWriter;
    state: StateClient;
  },
): void {
  const message = line.length > LONG_LINE_CHARS
    ? mark.whileReading(() => readProxyMessage(line))
    : readProxyMessage(line);
  switch (message.kind) {
    case "ask":
      for (const call of message.calls) evaluator.ask(call);
      mark.end();
      return;
    case "state":
      for (const answer of message.answers) state.answer(answer);
      return;
    case "ping":
      outbox.say("pong", message.seq);
      return;
  }
}

function readStart(line: string): StartMessage {
  const { token, folder, readable, files, markPath, modules } = record(
    readJson(line),
  );
  return {
    token: text(token),
    folder: text(folder),
    readable: texts(readable),
    files: texts(files),
    markPath: text(markPath),
    modules: array(modules).map(readModule),
  };
}

function revokePermissions(): void {
  for (const name of REVOKED) Deno.permissions.revokeSync({ name });
  if (Deno.build.standalone) Deno.permissions.revokeSync({ name: "net" });
}

/** What no call waits for must not end the host, which others use. */
function catchStrays(report: (what: string, error: unknown) => void): void {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report("a promise was rejected and nobody waits for it", event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    report("an error that nobody caught", event.error);
  });
}

if (import.meta.main) await ruleHostMain();
