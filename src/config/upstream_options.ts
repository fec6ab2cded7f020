/**
 * How origins are reached: through a parent or straight, and whom they are trusted by.
 * These are the options of "Upstream" in the help; option.ts says what an entry is.
 */

import { host, noProxyEntry } from "./host_name.ts";
import { list, path } from "./kind.ts";
import type { Option } from "./option.ts";
import { upstreamUrl } from "./upstream_url.ts";

/** The options of "Upstream", by their field in Settings. */
export const UPSTREAM_OPTIONS = {
  upstream: {
    name: "upstream",
    group: "Upstream",
    kind: upstreamUrl(),
    placeholder: "URL",
    description: "parent proxy, http, https or socks5, with user:password@ " +
      "if it asks; port 80, 443 or 1080 unless given",
  },
  noProxy: {
    name: "no-proxy",
    group: "Upstream",
    kind: list(noProxyEntry()),
    default: "",
    placeholder: "LIST",
    description: "hosts, .domains, addresses or CIDR blocks reached without " +
      "the parent; * is all",
    why: "example.com is that host, *.example.com its sub-domains, " +
      ".example.com both.",
  },
  upstreamCaPath: {
    name: "upstream-ca",
    group: "Upstream",
    kind: path("the path of a PEM file"),
    placeholder: "FILE",
    description: "PEM file of further authorities to trust in origins and in " +
      "an https parent",
  },
  insecureHosts: {
    name: "insecure-upstream",
    group: "Upstream",
    kind: list(host()),
    default: "",
    placeholder: "HOST",
    description: "host whose certificate is not verified",
    why: "For hosts of one's own whose certificate can't be put right. There " +
      "is no way to leave all unverified.",
  },
} satisfies Record<string, Option>;
