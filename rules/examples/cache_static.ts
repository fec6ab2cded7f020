// Keeps images, fonts, styles and scripts in the cache for a week, whatever the origin says
// about it: pages load faster, and nobody is asked again for what hardly changes.
//
// `contentType` can only be judged once there is a response, so the hook is `response`.

import type { Rule } from "../../src/policy/rule.ts";

const WEEK_SECONDS = 7 * 24 * 60 * 60;

export default {
  description: "Static assets are cached for a week",
  match: {
    method: "GET",
    contentType: ["image/*", "font/*", "text/css", "text/javascript"],
  },
  response({ status, headers }) {
    // An error is no asset, and what sets a cookie is meant for one person.
    if (status !== 200 || headers.has("set-cookie")) return;
    return {
      action: "cache",
      ttlSeconds: WEEK_SECONDS,
      staleIfErrorSeconds: WEEK_SECONDS,
      tags: ["static"],
      reason: "static asset",
    };
  },
} satisfies Rule;
