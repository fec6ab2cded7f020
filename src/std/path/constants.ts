/**
 * The characters that separate paths on this machine. Knows the operating
 * system and nothing else.
 */

import { delimiter, sep } from "node:path";

/** Separates the entries of `PATH`: `;` on Windows, else `:`. */
export const DELIMITER: ":" | ";" = delimiter;

/** Separates the parts of a path: `\` on Windows, else `/`. */
export const SEPARATOR: "/" | "\\" = sep;

/** Matches one or more separators in a row; on Windows `/` counts as one. */
export const SEPARATOR_PATTERN: RegExp = sep === "\\" ? /[\\/]+/ : /\/+/;
