/**
 * Both forms of a file's address, for both kinds of path. No package export:
 * fromFileUrl and toFileUrl check what they are given and choose the kind.
 */

/** Gives the POSIX path that a `file:` URL names. Its host doesn't count. */
export function posixPathOf(url: URL): string {
  return decodeLeniently(url.pathname);
}

/**
 * Gives the Windows path that a `file:` URL names: with a drive letter where
 * the URL has one, as `\\host\…` where it has a host.
 */
export function windowsPathOf(url: URL): string {
  const path = decodeLeniently(url.pathname.replaceAll("/", "\\"))
    .replace(/^\\*([A-Za-z]:)(\\|$)/, "$1\\");
  return url.hostname === "" ? path : `\\\\${url.hostname}${path}`;
}

/** Gives the URL of an absolute POSIX path. */
export function posixFileUrl(path: string): URL {
  const url = new URL("file:///");
  url.pathname = path.replace(/[%\\\s]/g, encodeURIComponent);
  return url;
}

/**
 * Gives the URL of an absolute Windows path.
 *
 * @throws {TypeError} If the path is on a host whose name no URL can have.
 */
export function windowsFileUrl(path: string): URL {
  const { host, rest } = splitHost(path);
  const url = new URL("file:///");
  url.pathname = rest.replace(/[%\s]/g, encodeURIComponent);
  if (host === undefined || host === "localhost") return url;
  url.hostname = host;
  if (url.hostname === "") throw new TypeError(`Invalid hostname: "${host}"`);
  return url;
}

/** A percent sign without two hexadecimal digits after it is one character. */
function decodeLeniently(pathname: string): string {
  return decodeURIComponent(
    pathname.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"),
  );
}

/** `\\host\share` has a host; a third separator in a row makes it none. */
function splitHost(path: string): { host?: string; rest: string } {
  const host = /^[\\/]{2}([^\\/]+)(?=[\\/](?:[^\\/]|$))/.exec(path);
  if (host?.[1] === undefined) return { rest: path };
  return { host: host[1], rest: path.slice(host[0].length) };
}
