/** Where an exchange's time went, as a bar with a part for each step. */

import { harTimings } from "../log/har_timings.ts";
import type { StoredRecord } from "../log/record_line.ts";
import { type Html, html } from "./html.ts";
import { msText } from "./number_text.ts";

/** A step, and how long it took. */
export interface TimingPart {
  readonly name: string;
  readonly ms: number;
}

const WIDTH = 1000;

/** The steps that took time, in their order; together they are the total. */
export function timingParts({ ms }: Pick<StoredRecord, "ms">): TimingPart[] {
  const { dns, connect, ssl, wait, receive } = harTimings({ ms });
  const policy = Math.min(Math.max(0, ms.policy ?? 0), wait);
  const tls = Math.max(0, ssl);
  const parts = [
    { name: "Rules", ms: policy },
    { name: "Name", ms: dns },
    { name: "Connect", ms: connect - tls },
    { name: "TLS", ms: tls },
    { name: "Wait", ms: wait - policy },
    { name: "Receive", ms: receive },
  ];
  return parts.filter(({ ms }) => ms > 0);
}

/** The bar, with a legend that says it in words. */
export function timingBar(record: Pick<StoredRecord, "ms">): Html {
  const parts = timingParts(record);
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return "";
  let x = 0;
  const rects = parts.map(({ name, ms }) => {
    const width = ms / total * WIDTH;
    const rect = html`
      <rect class="time-${name.toLowerCase()}" x="${x.toFixed(
        1,
      )}" width="${width.toFixed(1)}"
        height="10" />
    `;
    x += width;
    return rect;
  });
  return html`
    <div class="timing">
      <svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none"
        aria-hidden="true">${rects}</svg>
      <ul>${parts.map(({ name, ms }) =>
        html`<li class="time-${name.toLowerCase()}">${name} <b>${
          msText(ms)
        }</b></li>`
      )}</ul>
    </div>
  `;
}
