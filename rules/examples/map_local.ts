// Map local: answers from a file on this machine, here map_local.html beside this rule.
//
// Rules may read their own folder. Files anywhere else need `--rules-allow-read=PATH`.
// Read files up here, once, not in the hook: a file that is missing is then noticed when the
// rules load, and saving it in the rules folder loads them anew.

import type { Rule } from "../../src/policy/rule.ts";

const page = Deno.readTextFileSync(
  new URL("./map_local.html", import.meta.url),
);

export default {
  description: "The front page of www.example.com is a file of ours",
  match: {
    method: ["GET", "HEAD"],
    host: "www.example.com",
    path: ["/", "/index.html"],
  },
  request: () => ({
    action: "respond",
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: page,
    reason: "answered from map_local.html",
  }),
} satisfies Rule;
