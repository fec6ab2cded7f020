/** The proxy auto-configuration file: everything through the proxy, but what is on this machine. */

/** @param host `HOST:PORT` by which the reader reaches the proxy. */
export function proxyPac(host: string): string {
  return `function FindProxyForURL(url, host) {
  if (host === "localhost" || host === "127.0.0.1" || host === "::1") return "DIRECT";
  return "PROXY ${host}";
}
`;
}
