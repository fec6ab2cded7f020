/**
 * The extension of a path. Looks at the text only, never at the disk.
 */

import * as nodePath from "node:path";
import { pathText } from "./path_text.ts";

/**
 * Gives the extension of a path's last part, with its dot; `""` where there is
 * none. A dot that begins the part starts no extension.
 *
 * @param path A path, or the URL of a file, whose query and hash don't count.
 * @throws {TypeError} If `path` is no string, or the URL is not of a file.
 *
 * @example
 * ```ts
 * extname("rules/10_ads.ts"); // ".ts"
 * ```
 */
export function extname(path: string | URL): string {
  return nodePath.extname(pathText(path));
}
