/**
 * The shortest form of a path. Looks at the text only, never at the disk.
 */

import * as nodePath from "node:path";
import { pathText } from "./path_text.ts";

/**
 * Resolves `.` and `..` in a path and makes one separator of several.
 *
 * A separator at the end stays, and so does a `..` that nothing comes before;
 * an empty path is `"."`.
 *
 * @param path A path, or the URL of a file.
 * @throws {TypeError} If `path` is no string, or the URL is not of a file.
 *
 * @example
 * ```ts
 * normalize("/var//lib/../log/"); // "/var/log/"
 * ```
 */
export function normalize(path: string | URL): string {
  return nodePath.normalize(pathText(path));
}
