// A quota: so many requests a day for each client. The count is kept in the rule's state,
// which survives reloads and restarts; `increment` loses none of many at once.
//
// For "so many in so many seconds" there is an action of its own, without state:
// { action: "limit", requests: 100, perSeconds: 60 }

import type { Rule } from "../../src/policy/rule.ts";

const DAILY = 1_000;
const DAY_SECONDS = 24 * 60 * 60;

export default {
  description: `${DAILY} requests a day for each client`,
  async request({ client }, { state }) {
    const key = `used by ${client.user ?? client.ip}`;
    // The day begins with a client's first request: then the count gets its time to live.
    const used = await state.increment(key, 1, { ttlSeconds: DAY_SECONDS });
    if (used <= DAILY) return;
    return {
      action: "block",
      status: 429,
      headers: { "retry-after": "3600" },
      reason: `the quota of ${DAILY} requests a day is used up`,
    };
  },
} satisfies Rule;
