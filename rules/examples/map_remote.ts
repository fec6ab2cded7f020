// Map remote: sends the requests for one host to a server on this machine. The client, and
// the page that it shows, go on believing that they talk to the real one.
//
// Https arrives as a tunnel, which can't be rewritten: it has to be intercepted first.

import type { Rule } from "../../src/policy/rule.ts";

const LOCAL = "http://127.0.0.1:3000";

export default {
  description: "api.example.com is the server on port 3000",
  match: { host: "api.example.com", not: { method: "CONNECT" } },
  request: ({ path, query, host }) => ({
    action: "rewrite",
    url: LOCAL + path + query,
    setHeaders: { "x-forwarded-host": host },
    reason: `${host} is mapped to ${LOCAL}`,
  }),
} satisfies Rule;
