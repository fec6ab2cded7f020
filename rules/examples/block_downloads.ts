// Blocks hosts and kinds of files.
//
// `match` is judged in the proxy: the hook runs for what fits, and nothing else. A host is
// blocked for https too: a tunnel to it (CONNECT) asks the same hook. The path within a tunnel
// can't be seen, so file types are blocked for plain http and for what is intercepted.

import type { Rule } from "../../src/policy/rule.ts";

const HOSTS = [".ads.example", "tracker.example"]; // a leading dot: with sub-domains
const FILES = ["*.exe", "*.msi", "*.scr"];

export default {
  description: "No advertisements, no programs from strangers",
  match: {
    any: [{ host: HOSTS }, { path: FILES }],
    not: { host: "downloads.example" }, // the one place to get programs from
  },
  request: ({ host, path }) => ({
    action: "block",
    reason: /\.(exe|msi|scr)$/i.test(path)
      ? "programs come from downloads.example"
      : `${host} is on the list of blocked hosts`,
  }),
} satisfies Rule;
