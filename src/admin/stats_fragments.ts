/**
 * The parts of the statistics page that change while somebody looks: one function makes each,
 * for the page as it is sent and for what is sent after it, as a text and with the version by
 * which a page says what it has.
 */

import { createHash } from "node:crypto";
import type { StatsSnapshot } from "../stats/stats_snapshot.ts";
import { banner } from "./banner.ts";
import { capacityTable } from "./capacity.ts";
import { type Html, html, htmlText, strangeText } from "./html.ts";
import { rulesBanner } from "./rules_banner.ts";
import type { RulesInForce } from "./rules_in_force.ts";
import { interceptionSection } from "./stats_interception.ts";
import { recentTable } from "./stats_recent.ts";
import { rulesTable } from "./stats_rules.ts";
import { nowTiles, rangeTiles } from "./stats_tiles.ts";
import { topLists } from "./stats_top.ts";
import type { CommonView, StatsView } from "./stats_view.ts";

/** Parts by their names: the part NAME stands in the element `live-NAME`. */
export type FragmentTexts = ReadonlyMap<string, string>;

const PRESENT: Readonly<Record<string, (view: CommonView) => Html>> = {
  notices: ({ rules, snapshot }) => notices(rules, snapshot),
  now: nowTiles,
};

const TOTALS: Readonly<Record<string, (view: CommonView) => Html>> = {
  rules: ({ rules, snapshot }) => rulesTable(rules, snapshot.rules),
  top: ({ snapshot }) => topLists(snapshot.top),
  interception: ({ snapshot }) => interceptionSection(snapshot.interception),
  capacity: ({ capacity }) => capacityTable(capacity),
};

const CHOSEN: Readonly<Record<string, (view: StatsView) => Html>> = {
  tiles: rangeTiles,
  recent: recentTable,
};

/** The parts that are the same for all readers, and tell what is the case now. */
export async function presentFragments(
  view: CommonView,
): Promise<FragmentTexts> {
  return await texts(PRESENT, view);
}

/** The parts that are the same for all readers, and tell what has come together. */
export async function totalFragments(view: CommonView): Promise<FragmentTexts> {
  return await texts(TOTALS, view);
}

/** The parts that go by what a reader has chosen. */
export async function chosenFragments(view: StatsView): Promise<FragmentTexts> {
  return await texts(CHOSEN, view);
}

async function texts<View>(
  fragments: Readonly<Record<string, (view: View) => Html>>,
  view: View,
): Promise<FragmentTexts> {
  const made = Object.entries(fragments).map(async ([name, fragment]) =>
    [name, await htmlText(fragment(view))] as const
  );
  return new Map(await Promise.all(made));
}

/** What names a text among all that a part has been. */
export function fragmentVersion(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}

const ROW = /<tr\s+data-key="([^"]*)"[^]*?<\/tr>/g;

/**
 * A part without what whoever gets it has: a row that is in `before` as it is, or whose key is
 * that of `since` or stands behind it, is but its key and says `data-same`.
 */
export function changedRows(
  text: string,
  { before = "", since }: {
    readonly before?: string | undefined;
    readonly since?: string | undefined;
  },
): string {
  const known = new Set(before.match(ROW));
  let isKnown = false;
  return text.replace(ROW, (row, key: string) => {
    isKnown ||= key === since;
    return isKnown || known.has(row)
      ? `<tr data-key="${key}" data-same></tr>`
      : row;
  });
}

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
