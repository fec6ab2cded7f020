/**
 * What a matcher may look at: one message of an exchange in canonical form. The proxy makes
 * one subject for a request and keeps it through the phases; costly values are made when
 * they are first asked for. It knows nothing of rules.
 */

import type { Phase } from "./rule.ts";

/** A message as matchers see it; {@linkcode MessageSubject} is one. */
export interface Subject {
  readonly phase: Phase;
  /** As the client sent it; `CONNECT` for a tunnel. */
  readonly method: string;
  /** `https` for CONNECT. */
  readonly scheme: "http" | "https";
  /** See `canonicalHost`. */
  readonly host: string;
  readonly port: number;
  /** See `canonicalPath`; `""` for CONNECT. */
  readonly path: string;
  /** The path in lower case. */
  readonly pathKey: string;
  /** With its `?`, as it came; `""` for none. */
  readonly query: string;
  readonly clientIp: string;
  /** As whom the client signed in. */
  readonly user: string | undefined;
  /** The response's media type, lower case, without parameters; undefined without one and before the response. */
  readonly contentType: string | undefined;
  readonly now: Date;
  /** The value of a field of the request; a list where several have that name. */
  header(nameLower: string): string | readonly string[] | undefined;
}
