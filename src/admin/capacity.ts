/**
 * What can run full: how much of it is used and how much there may be. Each is asked for
 * when somebody looks; what fills it is not known here.
 */

import { bytesText, countText } from "./number_text.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** Something with a bound. */
export interface Capacity {
  /** For example "Cache in memory". */
  readonly name: string;
  readonly used: number;
  readonly most: number;
  readonly unit: "count" | "bytes";
  /** For example "12 entries, 3 evicted". */
  readonly note?: string | undefined;
}

/** Names that the first numbers of the statistics page look for. */
export const CLIENT_CONNECTIONS = "Connections of clients";
export const IDLE_UPSTREAMS = "Idle connections to origins";

/** From this share on it is marked. */
const NEARLY_FULL = 0.9;

/** All of them as a table. */
export function capacityTable(capacities: readonly Capacity[]): Html {
  return table({
    caption: "Capacity: what is used of what there may be",
    name: "capacity",
    columns: [
      { title: "What" },
      { title: "Used", kind: "number", label: "" },
      { title: "At most", kind: "number", label: "of" },
      { title: "Share" },
      { title: "Note", kind: "wide" },
    ],
    rows: capacities.map((capacity) => ({
      key: capacity.name,
      cells: [
        capacity.name,
        amountText(capacity.used, capacity.unit),
        amountText(capacity.most, capacity.unit),
        shareBar(capacity.used, capacity.most),
        capacity.note ?? "",
      ],
    })),
  });
}

/** A bar as long as the share that is used. */
export function shareBar(used: number, most: number): Html {
  const share = most > 0 ? Math.min(1, Math.max(0, used / most)) : 0;
  const tone = share >= NEARLY_FULL ? "tone-warn" : "tone-plain";
  const percent = Math.round(share * 100);
  return html`
    <span
      class="share ${tone}"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${(share *
        100).toFixed(1)}" height="8"/></svg><span>${percent}%</span></span>
  `;
}

function amountText(amount: number, unit: Capacity["unit"]): string {
  return unit === "bytes" ? bytesText(amount) : countText(amount);
}
