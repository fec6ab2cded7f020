/**
 * A recorded request as a command line that asks for it again through the proxy. What is in
 * a record comes from the network: a shell must read each part as one word.
 */

import type { StoredRecord } from "../log/record_line.ts";
import { isToken } from "../http1/field_names.ts";

/**
 * The command.
 *
 * @param address `http://HOST:PORT` by which the reader reaches the proxy.
 */
export function curlCommand(
  { method, url }: Pick<StoredRecord, "method" | "url">,
  address: string,
): string {
  const parts = ["curl", "-v", "-x", shellWord(address)];
  if (method === "HEAD") parts.push("--head");
  else if (isToken(method) && method !== "GET" && method !== "CONNECT") {
    parts.push("-X", shellWord(method));
  }
  const target = method === "CONNECT" ? `https://${url}/` : url;
  // As it is: curl would resolve dots in the path, and take brackets for patterns.
  return [...parts, "--path-as-is", "-g", "--url", shellWord(target)].join(" ");
}

/** One word of a POSIX shell; control characters as bash and zsh write them. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
    return `'${text.replaceAll("'", `'\\''`)}'`;
  }
  const escaped = text.replace(/[\\']/g, "\\$&")
    .replace(
      /[\p{C}\p{Zl}\p{Zp}]/gu,
      (character) =>
        [...new TextEncoder().encode(character)]
          .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
    );
  return `$'${escaped}'`;
}
