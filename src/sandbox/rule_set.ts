/**
 * The rules in force: loaded at the start, loaded anew when a file changes, swapped as a
 * whole. What can't be loaded is refused, and what is in force stays.
 */

import { dirname, fromFileUrl } from "@std/path";
import { FolderWatch } from "./folder_watch.ts";
import {
  loadRuleSet,
  type RuleSet,
  type RuleSetOptions,
} from "./load_rule_set.ts";
import type { RuleProblem } from "./protocol.ts";
import { readRuleFolder } from "./rule_folder.ts";
import type { HostEvents, HostParts, RuleHost } from "./rule_host.ts";
import { RuleSetError } from "./rule_set_error.ts";
import type { RuleState } from "./rule_state.ts";
import { Strikes } from "./strikes.ts";

export type { LoadedRule, RuleSet, RuleSetOptions } from "./load_rule_set.ts";

/** What goes on with the rules, for the log. */
export interface RuleSetEvents extends HostEvents {
  /** Another set is in force, or the one in force is the folder's again after a refusal. */
  changed(set: RuleSet): void;
  /** What the folder holds now was refused. */
  refused(problems: readonly RuleProblem[]): void;
}

/** Options of {@link RuleSets.open}. */
export interface RuleSetsOptions extends RuleSetOptions {
  /** Load anew when files change. Default: true. */
  readonly watch?: boolean;
}

/**
 * The set in force.
 *
 * @example
 * ```ts ignore
 * const sets = await RuleSets.open("rules", { state, events }, {});
 * const { host, rules, version } = sets.current;
 * ```
 */
export class RuleSets {
  readonly #folder: string;
  readonly #parts: HostParts;
  readonly #events: RuleSetEvents;
  readonly #options: RuleSetsOptions;
  /** Of the sets before the one in force: exchanges may hold them, and their hosts may run. */
  #retired: WeakRef<RuleHost>[] = [];
  #current: RuleSet | undefined;
  #refused: readonly RuleProblem[] = [];
  #watch: FolderWatch | undefined;
  #loading: Promise<void> | undefined;
  #isStale = false;
  #isClosed = false;

  private constructor(
    folder: string,
    { state, events }: { state: RuleState; events: RuleSetEvents },
    options: RuleSetsOptions,
  ) {
    this.#folder = folder;
    this.#parts = { state, events, strikes: new Strikes() };
    this.#events = events;
    this.#options = options;
  }

  /**
   * Loads the folder's rules, and watches it. A folder that is missing is one without rules.
   *
   * @throws {RuleSetError} naming every broken file, unless `skipBroken` is set.
   */
  static async open(
    folder: string,
    parts: { state: RuleState; events: RuleSetEvents },
    options: RuleSetsOptions = {},
  ): Promise<RuleSets> {
    const sets = new RuleSets(folder, parts, options);
    // Before the first look, so that no change goes by unseen.
    if (options.watch !== false) {
      sets.#watch = new FolderWatch(folder, () => sets.reload());
    }
    try {
      await (sets.#loading = sets.#load());
    } catch (error) {
      sets.#loading = undefined;
      await sets.close();
      throw error;
    }
    sets.#loading = undefined;
    if (sets.#isStale) sets.reload();
    return sets;
  }

  /** The set in force. Whoever begins an exchange keeps this set until its end. */
  get current(): RuleSet {
    if (this.#current === undefined) throw new Error("Cannot tell the rules");
    return this.#current;
  }

  /** What is wrong with the folder as it is now; empty when it is in force. */
  get refused(): readonly RuleProblem[] {
    return this.#refused;
  }

  /** Loads the folder anew, as after a change. Resolves when that is done. Never rejects for broken rules. */
  reload(): Promise<void> {
    this.#isStale = true;
    return this.#loading ??= this.#reloadUntilFresh();
  }

  /** Ends all hosts and the watch. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#watch?.close();
    await this.#loading;
    const retired = this.#retired.map((ref) => ref.deref());
    await Promise.all(
      [...retired, this.#current?.host].map((host) => host?.close()),
    );
  }

  async #reloadUntilFresh(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      try {
        await this.#load();
      } catch (error) {
        if (!(error instanceof RuleSetError)) throw error;
        this.#refused = error.problems;
        this.#events.refused(error.problems);
      }
    }
    this.#loading = undefined;
  }

  async #load(): Promise<void> {
    const folder = await readRuleFolder(this.#folder);
    const set = await loadRuleSet(folder, this.#options, this.#parts);
    const before = this.#current;
    if (this.#isClosed || before?.version === set.version) {
      await set.host.close();
      const wasRefused = this.#refused.length > 0;
      this.#refused = [];
      if (wasRefused && before !== undefined) this.#events.changed(before);
      return;
    }
    this.#current = set;
    this.#refused = [];
    const files = filesOf(set);
    this.#watch?.alsoWatch(files, foldersOutside(folder?.path ?? "", files));
    if (before === undefined) return;
    this.#retire(before);
    this.#events.changed(set);
  }

  /** An exchange may hold the set for long after: its host ends when nobody asks it. */
  #retire({ host }: RuleSet): void {
    host.retire();
    const alive = this.#retired.filter((ref) => ref.deref() !== undefined);
    this.#retired = [...alive, new WeakRef(host)];
  }
}

function filesOf({ modules }: RuleSet): string[] {
  return modules.map(({ url }) => fromFileUrl(url.split(/[?#]/)[0] ?? url));
}

/** Where files are that are not below the rules folder. */
function foldersOutside(folder: string, files: readonly string[]): string[] {
  const folders = files.map((path) => dirname(path));
  return [...new Set(folders)]
    .filter((path) => path !== folder && !path.startsWith(`${folder}/`))
    .sort();
}
