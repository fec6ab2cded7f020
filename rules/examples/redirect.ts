// Sends clients elsewhere: a host that has moved, with the same path and query.

import type { Rule } from "../../src/policy/rule.ts";

export default {
  description: "The wiki has moved",
  match: { host: "wiki.example.com", not: { method: "CONNECT" } },
  request: ({ method, path, query }) => ({
    action: "redirect",
    location: `https://docs.example.com${path}${query}`,
    // 308 keeps the method and the body of what is no plain GET.
    status: method === "GET" ? 301 : 308,
    reason: "the wiki is docs.example.com now",
  }),
} satisfies Rule;
