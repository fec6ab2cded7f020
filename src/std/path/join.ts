/**
 * Parts put together to one path. Looks at the text only, never at the disk.
 */

import * as nodePath from "node:path";
import { pathText } from "./path_text.ts";

/**
 * Joins parts with separators and normalizes the result.
 *
 * Empty parts don't count; nothing to join gives `"."`.
 *
 * @param path The first part, or the URL of a file.
 * @param paths The other parts; one that starts with a separator does not
 * start over.
 * @throws {TypeError} If a part is no string, or the URL is not of a file.
 *
 * @example
 * ```ts
 * join("/var", "lib", "../log"); // "/var/log"
 * ```
 */
export function join(path?: string | URL, ...paths: string[]): string {
  if (path === undefined) return ".";
  return nodePath.join(pathText(path), ...paths);
}
