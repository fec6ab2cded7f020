/**
 * What a Proxy-Authorization field says (RFC 9110 §11.6.2) in the scheme Basic (RFC 7617): a
 * user and a password in UTF-8. Whether they are right is for others to decide.
 */

/** A field, understood. */
export type ReadCredentials =
  | BasicCredentials
  /** Of another scheme than Basic. */
  | { readonly kind: "other" }
  | { readonly kind: "malformed"; readonly reason: string };

/** A user and a password. */
export interface BasicCredentials {
  readonly kind: "basic";
  /** Without a colon; may be empty. */
  readonly user: string;
  readonly password: string;
}

/** What asks for credentials, in Proxy-Authenticate or WWW-Authenticate (RFC 7617 §2, §2.1). */
export const BASIC_CHALLENGE = 'Basic realm="Sluice", charset="UTF-8"';

/** Users have at most 255 bytes in htpasswd, passwords 512 in crypt(3): all that in Base64. */
const MAX_CHARACTERS = 1100;

/**
 * Reads the value of the field as it came.
 *
 * @example
 * ```ts
 * import { readBasicCredentials } from "./basic_credentials.ts";
 * readBasicCredentials("Basic dGVzdDoxMjPCow=="); // { kind: "basic", user: "test", password: "123£" }
 * ```
 */
export function readBasicCredentials(field: string): ReadCredentials {
  const [, scheme, rest = ""] = /^([^ ]*)(?: +(.*))?$/s.exec(field) ?? [];
  if (scheme?.toLowerCase() !== "basic") return { kind: "other" };
  if (field.length > MAX_CHARACTERS) {
    return malformed(
      `the credentials are longer than ${MAX_CHARACTERS} characters`,
    );
  }
  const text = decode(rest);
  if (text === undefined) {
    return malformed("the credentials are not UTF-8 in Base64");
  }
  const colon = text.indexOf(":");
  if (colon < 0) return malformed("the credentials have no colon");
  if (CONTROL.test(text)) {
    return malformed("the credentials have a control character");
  }
  const user = text.slice(0, colon);
  return { kind: "basic", user, password: text.slice(colon + 1) };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
// RFC 7617 §2: neither user nor password may have any.
const CONTROL = /\p{Cc}/u;

function decode(base64: string): string | undefined {
  if (!BASE64.test(base64)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    // InvalidCharacterError for a length that Base64 has not, TypeError for what is no UTF-8.
    return undefined;
  }
}

function malformed(reason: string): ReadCredentials {
  return { kind: "malformed", reason };
}
