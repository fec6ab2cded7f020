/** The proxy auto-configuration file: everything through the proxy, but what is on this machine. */

/** @param address `http://HOST:PORT` by which the reader reaches the proxy; `https` with TLS to it. */
export function proxyPac(address: string): string {
  const { protocol, host } = new URL(address);
  const kind = protocol === "https:" ? "HTTPS" : "PROXY";
  return `function FindProxyForURL(url, host) {
  if (host === "localhost" || host === "127.0.0.1" || host === "::1") return "DIRECT";
  return "${kind} ${host}";
}
`;
}
