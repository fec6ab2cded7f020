// A trial: `mode: "report"` decides and records, but acts on nothing. Look in the log for a
// day for what it would have blocked, then take the line away to let it act.
//
// Even a failure of the hook passes, and is recorded.

import type { Rule } from "../../src/policy/rule.ts";

export default {
  description: "Trial: no uploads to hosts outside",
  mode: "report",
  match: {
    method: ["POST", "PUT"],
    not: { host: [".example.com", "localhost", "127.0.0.1"] },
  },
  request: ({ method, host }, context) => {
    context.log("an upload", { host });
    return { action: "block", reason: `${method} to ${host} is an upload` };
  },
} satisfies Rule;
