// Takes away what lets others follow a person: tracking parameters of links, and header
// fields that identify. The rest of the query stays exactly as it was.

import type { Rule } from "../../src/policy/rule.ts";

const TRACKING = /^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_eid|igshid)$/i;
const IDENTIFYING = ["referer", "from", "x-client-data", "x-forwarded-for"];

export default {
  description: "Strips tracking parameters and identifying headers",
  // Within a tunnel nothing can be changed.
  match: { not: { method: "CONNECT" } },
  request({ url, query, headers }) {
    const kept = query.slice(1).split("&").filter((pair) => !isTracking(pair));
    const cleaned = kept.length > 0 ? `?${kept.join("&")}` : "";
    const isTracked = query !== "" && cleaned !== query;
    const found = IDENTIFYING.filter((name) => headers.has(name));
    if (!isTracked && found.length === 0) return; // no opinion
    return {
      action: "rewrite",
      ...(isTracked ? { url: url.split("?")[0] + cleaned } : {}),
      removeHeaders: found,
      setHeaders: { "sec-gpc": "1" },
      reason: "private browsing",
    };
  },
} satisfies Rule;

function isTracking(pair: string): boolean {
  const [name = ""] = pair.split("=");
  return TRACKING.test(name);
}
