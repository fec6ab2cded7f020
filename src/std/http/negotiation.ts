/**
 * Proactive content negotiation: what a request accepts, best first, and the
 * best of what is on offer. Reads three fields and answers; a request without
 * the field, or with an empty one, accepts everything.
 * RFC 9110, sections 12.4 and 12.5.
 */

import { encodingRanges, encodingSpecificity } from "./encoding_range.ts";
import { languageRanges, languageSpecificity } from "./language_range.ts";
import { mediaRanges, mediaSpecificity } from "./media_range.ts";
import { preferredOffer, preferredRanges } from "./preference.ts";

/** What has the fields of a request. */
type Fields = Pick<Request, "headers">;

/**
 * Gives the media types that a request accepts, best first, without their
 * parameters; without an Accept field that is any type.
 *
 * @example
 * ```ts
 * const headers = new Headers({ accept: "text/html;q=0.8, application/json" });
 * accepts({ headers }); // ["application/json", "text/html"]
 * accepts({ headers }, "text/html", "text/plain"); // "text/html"
 * ```
 */
export function accepts(request: Fields): string[];
/**
 * Gives the media type on offer that a request likes best.
 *
 * @param types The media types on offer, the server's favourite first.
 * @returns `undefined` where none is acceptable; the first without the field.
 */
export function accepts(
  request: Fields,
  ...types: string[]
): string | undefined;
export function accepts(
  request: Fields,
  ...types: string[]
): string | string[] | undefined {
  const field = request.headers.get("accept");
  if (!field) return types.length > 0 ? types[0] : ["*/*"];
  const ranges = mediaRanges(field);
  if (types.length === 0) return preferredRanges(ranges);
  return preferredOffer(ranges, types, mediaSpecificity);
}

/**
 * Gives the content codings that a request accepts, best first; without an
 * Accept-Encoding field that is `["*"]`.
 *
 * @example
 * ```ts
 * const headers = new Headers({ "accept-encoding": "gzip, br;q=0.5" });
 * acceptsEncodings({ headers }); // ["gzip", "br", "identity"]
 * acceptsEncodings({ headers }, "br", "identity"); // "br"
 * ```
 */
export function acceptsEncodings(request: Fields): string[];
/**
 * Gives the content coding on offer that a request likes best.
 *
 * @param encodings The codings on offer, the server's favourite first; with
 * `identity` among them there is nearly always a match.
 * @returns `undefined` where none is acceptable; the first without the field.
 */
export function acceptsEncodings(
  request: Fields,
  ...encodings: string[]
): string | undefined;
export function acceptsEncodings(
  request: Fields,
  ...encodings: string[]
): string | string[] | undefined {
  const field = request.headers.get("accept-encoding");
  if (!field) return encodings.length > 0 ? encodings[0] : ["*"];
  const ranges = encodingRanges(field);
  if (encodings.length === 0) return preferredRanges(ranges);
  return preferredOffer(ranges, encodings, encodingSpecificity);
}

/**
 * Gives the languages that a request accepts, best first; without an
 * Accept-Language field that is `["*"]`.
 *
 * @example
 * ```ts
 * const headers = new Headers({ "accept-language": "de-CH, en;q=0.5" });
 * acceptsLanguages({ headers }); // ["de-CH", "en"]
 * acceptsLanguages({ headers }, "en", "de"); // "de"
 * ```
 */
export function acceptsLanguages(request: Fields): string[];
/**
 * Gives the language on offer that a request likes best.
 *
 * @param langs The languages on offer, the server's favourite first.
 * @returns `undefined` where none is acceptable; the first without the field.
 */
export function acceptsLanguages(
  request: Fields,
  ...langs: string[]
): string | undefined;
export function acceptsLanguages(
  request: Fields,
  ...langs: string[]
): string | string[] | undefined {
  const field = request.headers.get("accept-language");
  if (!field) return langs.length > 0 ? langs[0] : ["*"];
  const ranges = languageRanges(field);
  if (langs.length === 0) return preferredRanges(ranges);
  return preferredOffer(ranges, langs, languageSpecificity);
}
