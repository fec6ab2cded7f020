/**
 * An origin whose resources change when they are written to. Every answer names its version, and
 * path and version tell each byte of its body, so that what a cache mixes up is seen.
 *
 * | request           | answer                                                                  |
 * | ----------------- | ----------------------------------------------------------------------- |
 * | GET `/N`          | the version that holds, fresh for an hour; 304 to its tag               |
 * | PUT, DELETE `/N`  | 204 and the next version, of `/N` and of what `Content-Location` names  |
 */

const LENGTHS = [200, 3_000, 31_000, 65_000, 200_000, 900_000];
/** Of a body without a length, in so many bytes at a time. */
const PART_BYTES = 16_384;

/** The body of a version of a resource. */
export function bodyOf(resource: number, version: number): Uint8Array {
  const length = LENGTHS[resource % LENGTHS.length]! + version % 100;
  const body = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    body[i] = (i * 31 + (i >> 8) + resource * 7 + version * 13) & 0xff;
  }
  return body;
}

/** The resource that is written to together with another. */
export function siblingOf(resource: number): number {
  return resource ^ 1;
}

/** Listens on loopback until it is disposed. */
export class VersionedOrigin implements AsyncDisposable {
  readonly #versions = new Map<number, number>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => undefined },
      (request) => this.#answer(request),
    );
  }

  url(resource: number): string {
    return `http://127.0.0.1:${this.#server.addr.port}/${resource}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(request: Request): Response {
    const resource = Number(new URL(request.url).pathname.slice(1));
    return request.method === "GET"
      ? this.#get(resource, request.headers.get("if-none-match"))
      : this.#change(resource);
  }

  #get(resource: number, tags: string | null): Response {
    const version = this.#versions.get(resource) ?? 0;
    const headers = {
      "cache-control": "max-age=3600",
      "etag": `"${resource}-${version}"`,
      "x-version": `${version}`,
    };
    if (tags?.includes(headers.etag)) {
      return new Response(null, { status: 304, headers });
    }
    const body = bodyOf(resource, version);
    const isChunked = resource % 3 === 0;
    return new Response(isChunked ? inParts(body) : body.slice(), { headers });
  }

  #change(resource: number): Response {
    const version = (this.#versions.get(resource) ?? 0) + 1;
    const sibling = siblingOf(resource);
    this.#versions.set(resource, version);
    const siblings = (this.#versions.get(sibling) ?? 0) + 1;
    this.#versions.set(sibling, siblings);
    const headers = {
      "content-location": `/${sibling}`,
      "x-version": `${version}`,
      "x-sibling-version": `${siblings}`,
    };
    return new Response(null, { status: 204, headers });
  }
}

function inParts(body: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= body.length) return controller.close();
      controller.enqueue(body.slice(at, at += PART_BYTES));
    },
  });
}
