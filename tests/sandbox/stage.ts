/**
 * A folder of rules with hosts that run them: real processes, real files, a store in
 * memory. What the sets say of themselves is kept, for tests to look at.
 */

import { join } from "@std/path";
import type { Phase } from "../../src/policy/rule.ts";
import type { RuleReply } from "../../src/sandbox/pending_call.ts";
import type {
  RequestData,
  ResponseData,
  RuleProblem,
} from "../../src/sandbox/protocol.ts";
import { problemText } from "../../src/sandbox/rule_set_error.ts";
import { RuleSets, type RuleSetsOptions } from "../../src/sandbox/rule_set.ts";
import { RuleState } from "../../src/sandbox/rule_state.ts";

/** Rule files by name. */
export type RuleFiles = Readonly<Record<string, string>>;

/** A rule with nothing but this request hook, as the source of a function. */
export function requestRule(hook: string, members = ""): string {
  return `export default { ${members} request: ${hook} };\n`;
}

/** A request that rules can be asked about. */
export function requestData(over: Partial<RequestData> = {}): RequestData {
  return {
    id: "r1",
    method: "GET",
    url: "http://www.example.com/a?b=1",
    scheme: "http",
    host: "www.example.com",
    port: 80,
    path: "/a",
    query: "?b=1",
    headers: ["Host", "www.example.com", "Accept", "*/*"],
    clientIp: "192.0.2.7",
    clientPort: 50_000,
    timeMs: 1_700_000_000_000,
    ...over,
  };
}

/** Rules at work. */
export class Stage implements AsyncDisposable {
  readonly folder: string;
  readonly sets: RuleSets;
  readonly notes: string[];
  readonly #kv: Deno.Kv;

  private constructor(
    folder: string,
    sets: RuleSets,
    notes: string[],
    kv: Deno.Kv,
  ) {
    this.folder = folder;
    this.sets = sets;
    this.notes = notes;
    this.#kv = kv;
  }

  /** Writes the files into a new folder and loads them. Nothing is left when that fails. */
  static async open(
    files: RuleFiles,
    options: RuleSetsOptions = {},
    kvPath = ":memory:",
  ): Promise<Stage> {
    const folder = await Deno.makeTempDir({ prefix: "sluice_stage_" });
    for (const [name, text] of Object.entries(files)) {
      await writeRule(folder, name, text);
    }
    const kv = await Deno.openKv(kvPath);
    const notes: string[] = [];
    try {
      const parts = { state: new RuleState(kv), events: noting(notes) };
      const sets = await RuleSets.open(folder, parts, {
        watch: false,
        ...options,
      });
      return new Stage(folder, sets, notes, kv);
    } catch (error) {
      kv.close();
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /** Asks a rule by its place in the set. */
  ask(
    rule = 0,
    { phase = "request", request, response }: {
      phase?: Phase;
      request?: Partial<RequestData>;
      response?: ResponseData;
    } = {},
  ): Promise<RuleReply> {
    return this.sets.current.host.ask({
      rule,
      phase,
      request: requestData(request),
      response,
    });
  }

  /** The reason of a rule's only decision, or its error's message. */
  async reason(rule = 0, url?: string): Promise<string | undefined> {
    const request = url === undefined ? {} : { url };
    const { decisions: [decision], error } = await this.ask(rule, { request });
    return error?.message ?? decision?.reason;
  }

  write(name: string, text: string): Promise<void> {
    return writeRule(this.folder, name, text);
  }

  /** Resolves when it is so, which is looked at again and again. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sets.close();
    this.#kv.close();
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function writeRule(
  folder: string,
  name: string,
  text: string,
): Promise<void> {
  const path = join(folder, name);
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeTextFile(path, text);
}

function noting(notes: string[]) {
  return {
    log: (rule: string | undefined, { message }: { message: string }) => {
      notes.push(`log ${rule}: ${message}`);
    },
    lost: (rule: string | undefined, why: string) => {
      notes.push(`lost ${rule}: ${why}`);
    },
    setAside: (rule: string) => {
      notes.push(`aside ${rule}`);
    },
    complaint: () => {},
    changed: ({ version }: { version: string }) => {
      notes.push(`changed ${version}`);
    },
    refused: (problems: readonly RuleProblem[]) => {
      notes.push(
        ...problems.map((problem) => `refused ${problemText(problem)}`),
      );
    },
  };
}
