/**
 * What is blocked, allowed and decided by rules.
 * These are the options of "Lists" and "Rules" in the help; option.ts says what an entry is.
 */

import { duration } from "./duration.ts";
import { integer, list, netHost, path, pathOrOff, toggle } from "./kind.ts";
import { listEntry } from "./list_entry.ts";
import type { Option } from "./option.ts";

/** The options of "Lists" and "Rules", by their field in Settings. */
export const POLICY_OPTIONS = {
  block: {
    name: "block",
    group: "Lists",
    kind: list(listEntry()),
    default: "",
    placeholder: "ENTRY",
    description: "host, domain, address, range, URL prefix or file type to " +
      "block",
    why: "example.com is that host, .example.com its sub-domains too.",
  },
  allow: {
    name: "allow",
    group: "Lists",
    kind: list(listEntry()),
    default: "",
    placeholder: "ENTRY",
    description: "the same to allow; everything else is blocked then",
  },
  blockFiles: {
    name: "block-file",
    group: "Lists",
    kind: list(path("the path of a list")),
    default: "",
    placeholder: "FILE",
    description: "list to block by: plain, hosts file or Adblock domain lines",
    why: "A file that changes is read anew.",
  },
  blockStatus: {
    name: "block-status",
    group: "Lists",
    kind: integer(400, 599),
    default: "403",
    placeholder: "STATUS",
    description: "status of the answer to what lists block",
  },
  blockPagePath: {
    name: "block-page",
    group: "Lists",
    kind: path("the path of an HTML file"),
    placeholder: "FILE",
    description:
      "HTML for browsers there; {{url}}, {{reason}} and {{id}} are " +
      "filled in",
  },
  rulesPath: {
    name: "rules",
    group: "Rules",
    kind: pathOrOff("a folder"),
    default: "./rules",
    placeholder: "DIR",
    description: "folder of rules, loaded anew when they change; off for none",
    why: "A folder that is missing means no rules.",
  },
  ruleTimeoutMs: {
    name: "rule-timeout",
    group: "Rules",
    kind: duration("1ms", "5m"),
    default: "1s",
    placeholder: "TIME",
    description: "longest time for a rule to decide, where it does not say",
    why: "A rule that takes longer is ended, and has failed.",
  },
  rulesAllowNet: {
    name: "rules-allow-net",
    group: "Rules",
    kind: list(netHost()),
    default: "",
    placeholder: "HOST",
    description: "host, with or without a port, that rules may connect to",
  },
  rulesAllowRead: {
    name: "rules-allow-read",
    group: "Rules",
    kind: list(path("the path of a file or folder")),
    default: "",
    placeholder: "PATH",
    description: "further file or folder that rules may read and import from",
  },
  skipBrokenRules: {
    name: "skip-broken-rules",
    group: "Rules",
    kind: toggle(),
    default: "false",
    defaultText: "off",
    description: "start without the rule files that are broken",
    why: "Otherwise a set with a broken file is refused at the start.",
  },
} satisfies Record<string, Option>;
