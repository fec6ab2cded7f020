/** Heads as scenarios write them: lines that get their CRLFs, and common requests. */

import type { WireListener } from "./wire_listener.ts";

/** A head of these lines. */
export function head(...lines: string[]): string {
  return lines.join("\r\n") + "\r\n\r\n";
}

/** The head of a request for a path at `origin`, with Host and further lines. */
export function request(
  method: string,
  origin: WireListener,
  path: string,
  ...lines: string[]
): string {
  return head(
    `${method} ${origin.url(path)} HTTP/1.1`,
    `Host: ${origin.authority}`,
    ...lines,
  );
}

/** A GET. */
export function get(
  origin: WireListener,
  path = "/",
  ...lines: string[]
): string {
  return request("GET", origin, path, ...lines);
}

/** The request line of an HTTP/1.0 GET, whole as a head. */
export function get10(
  origin: WireListener,
  path = "/",
  ...lines: string[]
): string {
  return head(`GET ${origin.url(path)} HTTP/1.0`, ...lines);
}

/** An answer with Content-Length. */
export function answer(body: string, status = "200 OK"): string {
  return head(`HTTP/1.1 ${status}`, `Content-Length: ${body.length}`) + body;
}
