/**
 * The path that a file URL names. More lenient than node:url: a stray percent
 * sign stands for itself, an escaped separator is decoded, and a host counts on
 * Windows only.
 */

import { SEPARATOR } from "./constants.ts";
import { posixPathOf, windowsPathOf } from "./file_url.ts";

/**
 * Gives the path that a file URL names, in this machine's form.
 *
 * @param url A URL of a file, or its text.
 * @throws {TypeError} If the URL can't be parsed or its scheme is not `file:`.
 * @throws {URIError} If its escapes are not UTF-8.
 *
 * @example
 * ```ts
 * fromFileUrl("file:///srv/my%20rules"); // "/srv/my rules"
 * ```
 */
export function fromFileUrl(url: URL | string): string {
  const file = url instanceof URL ? url : new URL(url);
  if (file.protocol !== "file:") {
    throw new TypeError(
      `URL must be a file URL: received "${file.protocol}"`,
    );
  }
  return SEPARATOR === "\\" ? windowsPathOf(file) : posixPathOf(file);
}
