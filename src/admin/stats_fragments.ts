/**
 * The parts of the statistics page that change while somebody looks: one function makes each,
 * for the page as it is sent and for what is sent after it.
 */

import type { StatsSnapshot } from "../stats/stats_snapshot.ts";
import { banner } from "./banner.ts";
import { capacityTable } from "./capacity.ts";
import { type Html, html, strangeText } from "./html.ts";
import { rulesBanner } from "./rules_banner.ts";
import type { RulesInForce } from "./rules_in_force.ts";
import { recentTable } from "./stats_recent.ts";
import { rulesTable } from "./stats_rules.ts";
import { statsTiles } from "./stats_tiles.ts";
import { topLists } from "./stats_top.ts";
import type { StatsView } from "./stats_view.ts";

/** The parts by their names: the part NAME stands in the element `live-NAME`. */
export const FRAGMENTS: Readonly<Record<string, (view: StatsView) => Html>> = {
  notices: ({ rules, snapshot }) => notices(rules, snapshot),
  tiles: statsTiles,
  recent: ({ recent }) => recentTable(recent),
  rules: ({ rules, snapshot }) => rulesTable(rules, snapshot.rules),
  top: ({ snapshot }) => topLists(snapshot.top),
  capacity: ({ capacity }) => capacityTable(capacity),
};

function notices(
  rules: RulesInForce | undefined,
  { persistence }: StatsSnapshot,
): Html {
  return html`${rulesBanner(rules)}${
    persistence.error === null ? "" : banner({
      tone: "warn",
      what: "The statistics can't be saved: they are in memory only.",
      details: html`<p>${strangeText(persistence.error)}</p>`,
    })
  }`;
}
