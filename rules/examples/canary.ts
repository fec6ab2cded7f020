// Canary: who has the cookie `canary=1` gets the new version of the shop, through another
// upstream (a parent proxy). Everyone else goes where they always went.
//
// The match is coarse and cheap; the hook looks closely. Regular expressions belong here.

import type { Rule } from "../../src/policy/rule.ts";

const UPSTREAM = "http://127.0.0.1:3129";

export default {
  description: "Volunteers get the shop's new version",
  match: { host: "shop.example.com", header: { cookie: "*canary=1*" } },
  request({ headers }) {
    const isVolunteer = /(?:^|;\s*)canary=1(?:;|$)/
      .test(headers.get("cookie") ?? "");
    if (!isVolunteer) return;
    return {
      action: "rewrite",
      upstream: UPSTREAM,
      reason: "canary by cookie",
    };
  },
} satisfies Rule;
