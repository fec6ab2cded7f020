/**
 * Whose TLS is opened, and by which authority.
 * These are the options of "Interception" in the help; option.ts says what an entry is.
 */

import { hostPattern, signableName } from "./host_pattern.ts";
import { list, path } from "./kind.ts";
import type { Option } from "./option.ts";

/** The options of "Interception", by their field in Settings. */
export const INTERCEPT_OPTIONS = {
  interceptHosts: {
    name: "intercept",
    group: "Interception",
    kind: list(hostPattern()),
    default: "",
    defaultText: "none",
    placeholder: "HOST",
    description:
      "host, *.domain or .domain whose TLS is opened: rules, cache " +
      "and log see what is in it",
    why:
      "Clients have to trust the authority of `sluice ca export`, which is " +
      "also at /ca.pem.",
  },
  interceptExceptions: {
    name: "no-intercept",
    group: "Interception",
    kind: list(hostPattern()),
    default: "",
    placeholder: "HOST",
    description: "host whose TLS is never opened, whatever --intercept or a " +
      "rule says",
  },
  caCert: {
    name: "ca-cert",
    group: "Interception",
    kind: path("the path of a PEM file"),
    placeholder: "FILE",
    description: "PEM certificate of an authority of your own; its chain may " +
      "follow",
    why: "Otherwise the proxy makes one, in the folder ca in --data.",
  },
  caKey: {
    name: "ca-key",
    group: "Interception",
    kind: path("the path of a PEM file"),
    placeholder: "FILE",
    description: "PEM private key of --ca-cert",
  },
  caNames: {
    name: "ca-name-constraints",
    group: "Interception",
    kind: list(signableName()),
    default: "",
    placeholder: "NAME",
    description: "name, address or CIDR block that a new authority is bound " +
      "to, with all below it",
    why: "Clients then take its certificates for nothing else, whoever had " +
      "its key.",
  },
} satisfies Record<string, Option>;
