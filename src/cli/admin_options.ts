/**
 * What the admin pages of a proxy work with, from the parts that were opened for it.
 */

import type { AdminOptions } from "../admin/admin_routes.ts";
import type { Capacity } from "../admin/capacity.ts";
import { MAX_FILES } from "../admin/lists_files.ts";
import { RulesDesk } from "../admin/rules_desk.ts";
import {
  keepRuleMode,
  MAX_SWITCHED,
  readRuleModes,
} from "../admin/rules_modes.ts";
import type { SettingView } from "../admin/settings_page.ts";
import type { Settings } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import { MAX_OWN_ENTRIES } from "../policy/lists/own_list.ts";
import type { RuleModes } from "../proxy/rule_book.ts";
import { explainRules } from "./explain_rules.ts";
import type { OpenCache } from "./open_cache.ts";
import type { OpenLists } from "./open_lists.ts";
import type { OpenStatistics } from "./open_statistics.ts";
import type { OpenRules } from "./proxy_rules.ts";

/** The parts that the pages show and change. */
export interface AdminParts {
  readonly adminToken: string;
  readonly kv: Deno.Kv;
  readonly rules: OpenRules;
  readonly lists: OpenLists;
  readonly cache: OpenCache;
  readonly statistics: OpenStatistics;
  /** See setting_views.ts. */
  readonly settingViews: readonly SettingView[];
}

/** The modes that rules were switched to by hand; none where the store can't tell. */
export async function openRuleModes(kv: Deno.Kv): Promise<RuleModes> {
  try {
    return await readRuleModes(kv);
  } catch (error) {
    programLogger("rules").error(
      "Cannot read which rules are switched by hand: {error}. They are in the modes that their files say.",
      { error: error instanceof Error ? error.message : String(error) },
    );
    return new Map();
  }
}

/** The options of the admin pages. */
export function adminOptions(
  settings: Settings,
  parts: AdminParts,
): AdminOptions {
  const { adminToken, rules, lists, cache, statistics, settingViews } = parts;
  const counts = statistics.stream?.sources.statistics;
  return {
    token: adminToken,
    records: statistics.records,
    cache: { store: cache.caching?.store },
    lists: lists.desk,
    rules: rules.sets && new RulesDesk({
      sets: rules.sets,
      book: rules.book,
      keep: (name, mode) => keepRuleMode(parts.kv, name, mode),
      statistics: counts && (() => counts.snapshot().rules),
    }),
    explain: explainRules(settings, () => rules.book.modes),
    settings: settingViews,
    capacity: () => [...statistics.capacity(), ...capacitiesOf(parts)],
  };
}

function capacitiesOf(
  { lists: { desk }, rules: { book } }: AdminParts,
): Capacity[] {
  const count = (name: string, used: number, most: number): Capacity => ({
    name,
    used,
    most,
    unit: "count",
  });
  return [
    count("Entries of the admin page", desk.entries().length, MAX_OWN_ENTRIES),
    count("Imported lists", desk.files.all().length, MAX_FILES),
    count("Rules switched by hand", book.modes.size, MAX_SWITCHED),
  ];
}
