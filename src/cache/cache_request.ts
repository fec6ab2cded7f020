/**
 * What of a request the cache looks at. Most requests ask nothing of caches, and that is seen from the
 * bits of their fields alone; directives are parsed for the others only (RFC 9111 §5.2.1).
 */

import { CACHING } from "../http1/field_names.ts";
import type { Fields } from "../http1/fields.ts";
import {
  type CacheControl,
  NO_DIRECTIVES,
  parseCacheControl,
} from "./cache_control.ts";

/** A request as the cache sees it. */
export interface CacheRequest {
  readonly method: string;
  readonly fields: Fields;
  /** No Cache-Control, Pragma, Authorization, Range and nothing conditional. */
  readonly isPlain: boolean;
  /** What it asks, `Pragma: no-cache` included where there is no Cache-Control. */
  readonly directives: CacheControl;
  readonly hasAuthorization: boolean;
}

const PRAGMA_NO_CACHE: CacheControl = Object.freeze({
  ...NO_DIRECTIVES,
  noCache: true,
});

/** What the cache sees of a request. */
export function cacheRequest(method: string, fields: Fields): CacheRequest {
  if ((fields.bits & CACHING) === 0) {
    return {
      method,
      fields,
      isPlain: true,
      directives: NO_DIRECTIVES,
      hasAuthorization: false,
    };
  }
  return {
    method,
    fields,
    isPlain: false,
    directives: directivesOf(fields),
    hasAuthorization: fields.has("authorization"),
  };
}

function directivesOf(fields: Fields): CacheControl {
  if (fields.has("cache-control")) return parseCacheControl(fields);
  // RFC 7234 §5.4: without Cache-Control "caches MUST consider the no-cache request pragma-directive as having
  // the same effect". RFC 9111 §5.4 deprecates the field; clients still send it.
  return fields.has("pragma") && fields.tokens("pragma").includes("no-cache")
    ? PRAGMA_NO_CACHE
    : NO_DIRECTIVES;
}
