// Adds header fields: one to requests, so that servers know where they come from, and one to
// responses, so that pages of the test servers are not shown in frames of others.

import type { Rule } from "../../src/policy/rule.ts";

export default {
  description: "Marks the traffic with the test servers",
  match: { host: ".test.example.com" },
  // A rule can have several hooks. This one runs before the origin is asked …
  request: ({ client }) => ({
    action: "rewrite",
    setHeaders: { "x-environment": "test", "x-tester": client.user ?? "none" },
    reason: "marked as test traffic",
  }),
  // … and this one when it has answered.
  response: () => ({
    action: "rewrite",
    setHeaders: { "x-frame-options": "DENY" },
    removeHeaders: ["server", "x-powered-by"],
    reason: "header fields hardened",
  }),
} satisfies Rule;
