/**
 * Clients of a versioned origin behind a proxy: they look at every byte, and remember which
 * version is the oldest that may still come.
 */

import { assert, assertEquals } from "@std/assert";
import { bodyOf, siblingOf, type VersionedOrigin } from "./versioned_origin.ts";

/** Clients of one life of the proxy, and what they have learned in all of them. */
export class VersionClients implements Disposable {
  readonly #http: Deno.HttpClient;
  readonly #origin: VersionedOrigin;
  readonly #oldest: number[];

  /** @param oldest Of each resource the version that is the oldest that may still come. */
  constructor(proxy: string, origin: VersionedOrigin, oldest: number[]) {
    this.#http = Deno.createHttpClient({ proxy: { url: proxy } });
    this.#origin = origin;
    this.#oldest = oldest;
  }

  /** Asks for a resource, and looks at every byte. True for a hit. */
  async get(resource: number): Promise<boolean> {
    const oldest = this.#oldest[resource]!;
    const response = await this.#fetch(resource);
    const body = await response.bytes();
    assertEquals(response.status, 200);
    const version = Number(response.headers.get("x-version"));
    const status = response.headers.get("cache-status") ?? "";
    const what = `/${resource} in version ${version}: ${status}`;
    assert(version >= oldest, `${what}, though ${oldest} was confirmed`);
    assert(isEqual(body, bodyOf(resource, version)), `${what} has other bytes`);
    return status.includes("; hit");
  }

  /** Changes a resource. What is confirmed must not be undone by a kill. */
  async change(resource: number, method: string): Promise<void> {
    const { headers } = await this.#fetch(resource, method);
    this.#confirm(resource, headers.get("x-version"));
    this.#confirm(siblingOf(resource), headers.get("x-sibling-version"));
  }

  [Symbol.dispose](): void {
    this.#http.close();
  }

  async #fetch(resource: number, method = "GET"): Promise<Response> {
    const url = this.#origin.url(resource);
    return await fetch(url, { method, client: this.#http });
  }

  #confirm(resource: number, version: string | null): void {
    const oldest = this.#oldest[resource]!;
    this.#oldest[resource] = Math.max(oldest, Number(version));
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
