/**
 * The admin pages over parts in memory: records, a cache, lists and rules that a test names,
 * with nothing listening. Asks as a browser, with the cookie of a login, or as a program.
 */

import { ListsArchive } from "../../src/admin/lists_archive.ts";
import { ListsDesk } from "../../src/admin/lists_desk.ts";
import { pagesApp } from "../../src/admin/pages.ts";
import { RulesDesk } from "../../src/admin/rules_desk.ts";
import type { RuleExplain } from "../../src/admin/rules_explain.ts";
import { keepRuleMode } from "../../src/admin/rules_modes.ts";
import type { SettingView } from "../../src/admin/settings_page.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { RecentRecords } from "../../src/log/recent_records.ts";
import { Lists } from "../../src/policy/lists.ts";
import { compileMatch } from "../../src/policy/matcher.ts";
import { describeRule } from "../../src/policy/rule_description.ts";
import { ListBook } from "../../src/proxy/list_book.ts";
import type { RuleModes } from "../../src/proxy/rule_book.ts";
import type { RuleProblem } from "../../src/sandbox/protocol.ts";
import type { LoadedRule } from "../../src/sandbox/load_rule_set.ts";
import type { RuleStats } from "../../src/stats/stats_snapshot.ts";
import { sampleRecord } from "../log/sample_record.ts";
import { filledStore, type Filling } from "./filled_store.ts";

/** Where the pages think that they are. */
export const ADDRESS = "http://127.0.0.1:8080";
/** What lets change things. */
export const TOKEN = "t".repeat(43);
/** A program with the token. */
export const BEARER: Record<string, string> = {
  Authorization: `Bearer ${TOKEN}`,
};
/** A browser's preferences. */
export const HTML: Record<string, string> = {
  Accept: "text/html,application/xhtml+xml,*/*;q=0.8",
};

/** What is there. */
export interface SiteOptions {
  readonly records?: readonly Partial<ExchangeRecord>[];
  readonly cached?: readonly (string | Filling)[];
  /** Rules by their files: what each exports. */
  readonly rules?: Readonly<Record<string, Record<string, unknown>>>;
  /** The rules' texts by their files. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly broken?: readonly RuleProblem[];
  readonly stats?: readonly RuleStats[];
  readonly explain?: RuleExplain;
  readonly settings?: readonly SettingView[];
  /** Default: one in memory that is closed with the site. */
  readonly kv?: Deno.Kv;
}

/** A client's address. */
const HERE = { ip: "127.0.0.1", port: 50_000 };

/** The pages, and what is behind them. */
export class AdminSite implements AsyncDisposable {
  readonly records: RecentRecords;
  readonly lists: ListsDesk;
  readonly book: ListBook;
  readonly rules: RulesDesk;
  readonly ruleBook: { modes: RuleModes };
  readonly app: ReturnType<typeof pagesApp>;
  readonly problems: string[];
  /** How often rules were loaded anew. */
  reloads = 0;
  readonly #kv: Deno.Kv | undefined;

  private constructor(
    parts: Pick<AdminSite, "records" | "lists" | "book" | "problems">,
    { kv, ownKv, options, store }: {
      kv: Deno.Kv;
      ownKv: Deno.Kv | undefined;
      options: SiteOptions;
      store: Awaited<ReturnType<typeof filledStore>>;
    },
  ) {
    this.records = parts.records;
    this.lists = parts.lists;
    this.book = parts.book;
    this.problems = parts.problems;
    this.#kv = ownKv;
    this.ruleBook = { modes: new Map() };
    this.rules = new RulesDesk({
      sets: this.#sets(options),
      book: this.ruleBook,
      keep: (name, mode) => keepRuleMode(kv, name, mode),
      statistics: () => options.stats ?? [],
    });
    this.app = pagesApp({
      version: "1.2.3",
      address: ADDRESS,
      admin: {
        token: TOKEN,
        records: parts.records,
        cache: { store },
        lists: parts.lists,
        rules: this.rules,
        explain: options.explain,
        settings: options.settings,
        capacity: () => [
          { name: "Cache in memory", used: 1, most: 10, unit: "count" },
        ],
      },
    });
  }

  static async open(options: SiteOptions = {}): Promise<AdminSite> {
    const ownKv = options.kv === undefined
      ? await Deno.openKv(":memory:")
      : undefined;
    const kv = options.kv ?? ownKv!;
    const problems: string[] = [];
    const onError = (problem: string) => void problems.push(problem);
    const records = await RecentRecords.open({ logQuery: true, onError });
    for (const record of options.records ?? []) {
      records.add(sampleRecord(record));
    }
    const book = new ListBook();
    book.current = new Lists();
    const archive = new ListsArchive(kv);
    const lists = await ListsDesk.open({ archive, book, onError });
    const store = await filledStore(...options.cached ?? []);
    return new AdminSite({ records, lists, book, problems }, {
      kv,
      ownKv,
      options,
      store,
    });
  }

  /** Asks for a page, as JSON unless told otherwise. */
  async ask(
    path: string,
    init: RequestInit = {},
    client: { ip: string; port: number } = HERE,
  ): Promise<Response> {
    return await this.app.fetch(new Request(ADDRESS + path, init), { client });
  }

  /** Asks for what is JSON. */
  async json(path: string, init: RequestInit = {}) {
    const response = await this.ask(path, init);
    return await response.json();
  }

  /** Asks for a page as a browser, logged in where it has a cookie. */
  async page(path: string, cookie?: string): Promise<string> {
    const headers = cookie === undefined ? HTML : { ...HTML, Cookie: cookie };
    return await (await this.ask(path, { headers })).text();
  }

  /** Sends JSON, as a program with the token. */
  post(
    path: string,
    members: unknown = {},
    headers: Record<string, string> = BEARER,
  ): Promise<Response> {
    return this.ask(path, {
      method: "POST",
      headers,
      body: JSON.stringify(members),
    });
  }

  /** Sends a form, as a browser that is logged in. */
  async send(
    path: string,
    members: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return await this.ask(path, {
      method: "POST",
      headers: {
        ...HTML,
        Origin: ADDRESS,
        Cookie: await this.login(),
        ...headers,
      },
      body: new URLSearchParams(members),
    });
  }

  /** Logs in. Returns the cookie. */
  async login(): Promise<string> {
    const response = await this.post("/admin/login", { token: TOKEN }, {});
    await response.body?.cancel();
    return (response.headers.get("Set-Cookie") ?? "").split(";")[0]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.records.close();
    await this.lists.close();
    this.#kv?.close();
  }

  #sets({ rules = {}, sources = {}, broken = [] }: SiteOptions) {
    const loaded: LoadedRule[] = Object.entries(rules).map(
      ([file, exported], index) => {
        const description = describeRule(exported, file);
        const matcher = compileMatch(description.match);
        return { index, description, matcher, isSetAside: false };
      },
    );
    const modules = Object.entries(sources).map(([file, text]) => ({
      url: `file:///rules/${encodeURIComponent(file)}`,
      text,
    }));
    return {
      current: { rules: loaded, broken, modules, version: "abc123" },
      refused: [],
      reload: () => {
        this.reloads++;
        return Promise.resolve();
      },
    };
  }
}

/** The routes under `/admin` that can change something. */
export function changingRoutes(site: AdminSite): string[][] {
  const routes = site.app.routes.filter(({ method }) =>
    !["GET", "HEAD", "OPTIONS", "ALL"].includes(method)
  ).map(({ method, path }) => `${method} ${path}`);
  return [...new Set(routes)].map((route) => route.split(" "));
}
