// Hides some members of JSON responses, however deep they are.
//
// A body is only read where `needs` asks for it. One that is longer than `maxBytes` is not
// held: here it is blocked, since nobody looked at what is in it.

import type { Rule } from "../../src/policy/rule.ts";

const SECRET = new Set(["email", "phone", "password"]);

export default {
  description: "No email addresses and phone numbers from the customer API",
  match: { host: "crm.example.com", contentType: "application/json" },
  needs: { responseBody: "text", maxBytes: 1_000_000, onOverflow: "block" },
  response({ body }) {
    if (!body) return; // an answer to HEAD, a 304
    let found = 0;
    const redacted = JSON.parse(String(body), (key, value) => {
      if (!SECRET.has(key)) return value;
      found++;
      return "(redacted)";
    });
    if (found === 0) return;
    return {
      action: "rewrite",
      body: JSON.stringify(redacted),
      reason: `${found} members redacted`,
    };
  },
} satisfies Rule;
