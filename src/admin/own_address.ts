/** How the reader of a page reaches the proxy: what a page may tell people to type. */

/**
 * The proxy's address as its reader knows it: by the name in the URL, unless that is the name
 * of the pages, which the proxy alone knows.
 *
 * @param url The page's.
 * @param address `http://HOST:PORT` at which the proxy listens.
 */
export function ownAddress(url: string, address: string): string {
  const asked = new URL(url);
  const listens = new URL(address);
  const host = asked.port === listens.port ? asked.host : listens.host;
  return `${listens.protocol}//${host}`;
}
