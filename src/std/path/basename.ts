/**
 * The last part of a path. Looks at the text only, never at the disk.
 */

import * as nodePath from "node:path";
import { SEPARATOR_PATTERN } from "./constants.ts";
import { pathText } from "./path_text.ts";

/**
 * Gives the last part of a path, without separators that trail.
 *
 * A path of nothing but separators gives one separator. The suffix is cut off
 * unless it is the whole name: `basename(".js", ".js")` is `".js"`.
 *
 * @param path A path, or the URL of a file.
 * @param suffix What to cut off the end of the name. Default: nothing.
 * @throws {TypeError} If `path` or `suffix` is no string, or the URL is not of
 * a file.
 *
 * @example
 * ```ts
 * basename("/var/lib/sluice.kv", ".kv"); // "sluice"
 * ```
 */
export function basename(path: string | URL, suffix = ""): string {
  const text = pathText(path);
  const name = lastPart(text);
  if (text.length > 0 && typeof suffix !== "string") {
    throw new TypeError(
      `Suffix must be a string, received "${JSON.stringify(suffix)}"`,
    );
  }
  const cuts = suffix.length < name.length && name.endsWith(suffix);
  return cuts ? name.slice(0, name.length - suffix.length) : name;
}

function lastPart(text: string): string {
  const name = nodePath.basename(text);
  if (name !== "") return name;
  return SEPARATOR_PATTERN.exec(text)?.[0].charAt(0) ?? "";
}
