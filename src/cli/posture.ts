/**
 * One sentence for the operator on whom the proxy serves and where it leads: what the
 * settings of access come to.
 */

import type { Settings } from "../config.ts";
import { isLoopback } from "../config/host_name.ts";
import { portRangeText } from "../config/port_range.ts";

/**
 * The sentence.
 *
 * @example
 * ```ts
 * import { defaultSettings } from "../config.ts";
 * import { postureText } from "./posture.ts";
 * postureText(defaultSettings());
 * // "Serving programs on this machine; CONNECT to any port, private addresses allowed."
 * ```
 */
export function postureText(settings: Settings): string {
  return `Serving ${whom(settings)}; ${tunnels(settings)}, ${
    addresses(settings)
  }.`;
}

/** Whether anybody who can reach the listener may use the proxy, from other machines too. */
export function isOpenToAll(
  { host, authPath, allowClients }: Settings,
): boolean {
  return !isLoopback(host) && authPath === undefined &&
    allowClients.length === 0;
}

function whom(settings: Settings): string {
  const { host, authPath, allowClients, tls } = settings;
  if (isOpenToAll(settings)) return "whoever reaches it, without a password";
  const clients = allowClients.length > 0
    ? `clients from ${allowClients.join(", ")}`
    : isLoopback(host)
    ? "programs on this machine"
    : "clients from anywhere";
  if (authPath === undefined) return clients;
  const isReadable = !isLoopback(host) && tls === undefined;
  return `${clients} with a password of ${authPath}${
    isReadable ? ", sent in the clear without --tls-cert" : ""
  }`;
}

function tunnels({ connectPorts }: Settings): string {
  const ports = connectPorts.map(portRangeText);
  if (ports.includes("any")) return "CONNECT to any port";
  return ports.length === 0
    ? "no CONNECT"
    : `CONNECT to port ${ports.join(", ")} only`;
}

function addresses({ privateAddresses, allowAddresses }: Settings): string {
  if (privateAddresses === "allow") return "private addresses allowed";
  return allowAddresses.length === 0
    ? "private addresses denied"
    : `private addresses denied but ${allowAddresses.join(", ")}`;
}
