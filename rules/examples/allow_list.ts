// Allow-list mode: what is not on the list is blocked. Give the file a high number, such as
// 80_allow_list.ts, so that rules with lower numbers can let more pass by `allow`.
//
// `not` turns the list round: the hook is asked about everything that is not on it.

import type { Rule } from "../../src/policy/rule.ts";

const ALLOWED = [
  ".example.com", // the host and its sub-domains
  "*.example.org", // its sub-domains alone
  "updates.example.net",
];

export default {
  description: "Only hosts on the list",
  match: { not: { host: ALLOWED } },
  request: ({ host }) => ({
    action: "block",
    reason: `${host} is not on the allow list`,
  }),
} satisfies Rule;
