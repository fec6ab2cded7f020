/**
 * The text of a path that came as text or as a file URL. No package export:
 * it is what the functions that take both have in common.
 */

import { fromFileUrl } from "./from_file_url.ts";

/**
 * Gives the path as text.
 *
 * @param path A path, or the URL of a file.
 * @throws {TypeError} If a URL's scheme is not `file:`.
 */
export function pathText(path: string | URL): string {
  return path instanceof URL ? fromFileUrl(path) : path;
}
