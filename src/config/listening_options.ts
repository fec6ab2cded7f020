/**
 * Where the proxy listens, who may use it, and where it may lead them.
 * These are the options of "Listening" and "Access" in the help; option.ts says what an entry is.
 */

import { host, ipRange } from "./host_name.ts";
import { choice, integer, list, path, toggle } from "./kind.ts";
import type { Option } from "./option.ts";
import { portRange } from "./port_range.ts";

/** What becomes of connections to addresses that are not public. */
type PrivateAddresses = "allow" | "deny";

/** The options of "Listening" and "Access", by their field in Settings. */
export const LISTENING_OPTIONS = {
  host: {
    name: "host",
    group: "Listening",
    kind: host(),
    default: "127.0.0.1",
    placeholder: "HOST",
    description: "address or host name to listen on",
    why: "Anything beyond loopback (127.0.0.0/8, ::1, localhost) takes " +
      "--auth-file, --allow-client or --open.",
  },
  port: {
    name: "port",
    group: "Listening",
    kind: integer(0, 65535),
    default: "8080",
    placeholder: "PORT",
    description: "port to listen on; 0 takes any free one",
  },
  adminHosts: {
    name: "admin-host",
    group: "Listening",
    kind: list(host()),
    default: "",
    placeholder: "HOST",
    description: "further name under which the proxy's own pages answer",
    why: "Pages refuse other names, so that a foreign site cannot reach them " +
      "through a name of its own that points here.",
  },
  tlsCert: {
    name: "tls-cert",
    group: "Listening",
    kind: path("the path of a PEM certificate chain"),
    placeholder: "FILE",
    description: "PEM certificate chain: clients speak TLS to the proxy",
  },
  tlsKey: {
    name: "tls-key",
    group: "Listening",
    kind: path("the path of a PEM private key"),
    placeholder: "FILE",
    description: "PEM private key of --tls-cert",
  },
  authPath: {
    name: "auth-file",
    group: "Access",
    kind: path("the path of a password file as htpasswd writes it"),
    placeholder: "FILE",
    description: "htpasswd file of the users who may use the proxy",
    why: "bcrypt, SHA-crypt, apr1, MD5-crypt and SHA-1 hashes. A file that " +
      "changes is read anew.",
  },
  allowClients: {
    name: "allow-client",
    group: "Access",
    kind: list(ipRange()),
    default: "",
    placeholder: "CIDR",
    description: "address or CIDR block that clients may come from; others " +
      "get a 403",
    why: "With --auth-file, a client has to satisfy both.",
  },
  open: {
    name: "open",
    group: "Access",
    kind: toggle(),
    default: "false",
    defaultText: "off",
    isNegatable: true,
    description: "allow unauthenticated listening beyond loopback",
    why: "An open proxy lends its address and its network to whoever reaches " +
      "it, so listening to others has to be asked for.",
  },
  connectPorts: {
    name: "connect-ports",
    group: "Access",
    kind: list(portRange()),
    default: ({ isLoopback }) => isLoopback ? "any" : "443",
    defaultText: "any on loopback, else 443",
    placeholder: "PORTS",
    description: "ports to which CONNECT may lead: 443, 8000-8999 or any",
    why: "A tunnel to any port reaches mail servers and worse.",
  },
  privateAddresses: {
    name: "private-addresses",
    group: "Access",
    kind: choice<PrivateAddresses>(["allow", "deny"]),
    default: ({ isLoopback }) => isLoopback ? "allow" : "deny",
    defaultText: "allow on loopback, else deny",
    placeholder: "allow|deny",
    description: "whether the proxy connects to addresses that are not public",
    why:
      "Those of this machine, its network and the cloud's metadata. A name " +
      "is judged by the addresses that it has at each connection.",
  },
  allowAddresses: {
    name: "allow-address",
    group: "Access",
    kind: list(ipRange()),
    default: "",
    placeholder: "CIDR",
    description: "address or CIDR block that may be connected to all the same",
  },
} satisfies Record<string, Option>;
