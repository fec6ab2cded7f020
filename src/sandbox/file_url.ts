/**
 * A path as a `file:` URL, the way module loaders write it. The host can't use
 * packages, so it has this of its own.
 */

import { pathToFileURL } from "node:url";

/** The `file:` URL of an absolute path, without a slash at its end. */
export function toFileUrl(path: string): string {
  return pathToFileURL(path).href.replace(/\/$/, "");
}
