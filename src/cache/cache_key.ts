/**
 * The key under which responses to a target are stored (RFC 9111 §2): its URL, or what a rule
 * says in its place. Path and query count as they were sent: two spellings that an origin may
 * tell apart never share an entry. Keys are made of one kind each (a URL, a rule's key, another
 * upstream's), and no two kinds can be equal. Vary is not for this file.
 */

import type { AbsoluteTarget } from "../http1/target.ts";

/** What rules say about the key. */
export interface KeyParts {
  /** In place of the URL, for whatever host: then `ignoreQuery` has no effect. */
  readonly key?: string | undefined;
  /** Query parameters that make no difference: all, or those whose name, as sent, it is true for. */
  readonly ignoreQuery?: true | ((name: string) => boolean) | undefined;
  /** The upstream that a rule chose: what it answers is kept apart from what others answer. */
  readonly upstream?: string | undefined;
}

/** The primary cache key of a target: `http://example.com/path?query` where rules say nothing. */
export function cacheKey(target: AbsoluteTarget, parts?: KeyParts): string {
  // RFC 9111 §2: "many HTTP caches in common use today only cache GET responses and therefore only
  // use the URI as the cache key."
  const url = target.scheme + "://" + target.hostField;
  if (parts === undefined) return url + target.path;
  const key = parts.key === undefined
    ? url + keptPath(target.path, parts.ignoreQuery)
    : "key " + parts.key;
  // In quotes, so that the label ends where it ends, whatever it holds.
  return parts.upstream === undefined
    ? key
    : `via ${JSON.stringify(parts.upstream)} ${key}`;
}

/** The path and those parameters of the query that count, in their order. */
function keptPath(path: string, ignored: KeyParts["ignoreQuery"]): string {
  const mark = path.indexOf("?");
  if (ignored === undefined || mark < 0) return path;
  const bare = path.slice(0, mark);
  if (ignored === true) return bare;
  const query = path.slice(mark + 1);
  const parameters = query.split("&");
  const kept = parameters.filter((text) => !ignored(parameterName(text)));
  if (kept.length === parameters.length) return path;
  return kept.length === 0 ? bare : bare + "?" + kept.join("&");
}

function parameterName(parameter: string): string {
  const equals = parameter.indexOf("=");
  return equals < 0 ? parameter : parameter.slice(0, equals);
}
