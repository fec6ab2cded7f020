/**
 * The folder part of a path. Looks at the text only, never at the disk.
 */

import * as nodePath from "node:path";
import { pathText } from "./path_text.ts";

/**
 * Gives a path without its last part and without the slashes before that part.
 *
 * A path of one part gives `"."`, the root gives itself.
 *
 * @param path A path, or the URL of a file.
 * @throws {TypeError} If `path` is no string, or the URL is not of a file.
 *
 * @example
 * ```ts
 * dirname("/var/lib//sluice.kv"); // "/var/lib"
 * ```
 */
export function dirname(path: string | URL): string {
  return withoutTrailingSlashes(nodePath.dirname(pathText(path)));
}

/** The first character stays, so that a root stays a root. */
function withoutTrailingSlashes(text: string): string {
  return text.charAt(0) + text.slice(1).replace(/\/+$/, "");
}
