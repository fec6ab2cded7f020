/**
 * Which methods a page takes, by the routes that there are: so that another method is told from
 * a page that there is not (RFC 9110 §15.5.6), and OPTIONS has an answer (§9.3.7). What such an
 * answer looks like is for pages.ts.
 */

import { TrieRouter } from "hono/router/trie-router";

/** A route as Hono tells it. */
export interface KnownRoute {
  /** "ALL" for what is asked on the way to a page. */
  readonly method: string;
  readonly path: string;
}

const ANY = "ALL";

/** The methods of all pages. */
export class KnownMethods {
  readonly #router = new TrieRouter<string>();

  constructor(routes: Iterable<KnownRoute>) {
    for (const { method, path } of routes) {
      if (method !== ANY) this.#router.add(ANY, path, method);
    }
  }

  /**
   * The methods that a path takes, HEAD and OPTIONS among them; none for a path of no page.
   * What can be read can be under `/admin` with `.json` too.
   */
  of(path: string): readonly string[] {
    const methods = this.#at(path);
    if (methods.size === 0 && this.#at(twinned(path)).has("GET")) {
      methods.add("GET");
    }
    if (methods.size === 0) return [];
    const known = [...methods].flatMap((method) =>
      method === "GET" ? ["GET", "HEAD"] : [method]
    );
    return [...known, "OPTIONS"];
  }

  #at(path: string): Set<string> {
    const [found] = this.#router.match(ANY, path);
    return new Set(found.map(([method]) => method));
  }
}

function twinned(path: string): string {
  return path.startsWith("/admin") ? path.replace(/(?:\.json)+$/, "") : path;
}
