// Answers by itself, without asking the origin: to try a client against answers that a real
// server gives rarely, or does not give yet.

import type { Rule } from "../../src/policy/rule.ts";

export default {
  description: "Invented users, and a payment service that is down",
  match: { host: "api.example.com", path: ["/users/*", "/payments*"] },
  request({ path }) {
    if (path.startsWith("/payments")) {
      return {
        action: "respond",
        status: 503,
        headers: { "retry-after": "30" },
        body: "down for maintenance\n",
        reason: "mocked failure",
      };
    }
    const id = path.slice("/users/".length);
    return {
      action: "respond",
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id, name: `User ${id}` }),
      reason: "mocked user",
    };
  },
} satisfies Rule;
