// Video sites are for the breaks: blocked in office hours, for the office's addresses only.
// All fields of a match have to fit; in a list, any one. Times are this machine's local time.

import type { Rule } from "../../src/policy/rule.ts";

export default {
  description: "No videos in the office from 8 to 12 and 13 to 17",
  match: {
    client: "10.20.0.0/16",
    host: [".video.example", ".films.example"],
    days: "mon-fri",
    hours: ["08:00-12:00", "13:00-17:00"],
  },
  request: ({ host }) => ({
    action: "block",
    reason: `${host} is for after work`,
  }),
} satisfies Rule;
