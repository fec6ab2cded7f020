/**
 * Requests and responses as rules read them, made from what came over the wire. What
 * costs something is made when a rule asks for it.
 */

import type { ClientView, RequestView, ResponseView } from "../policy/rule.ts";
import { WireHeaders } from "./headers_view.ts";
import type { RequestData, ResponseData } from "./protocol.ts";

/** A request, for all phases. */
export class WireRequest implements RequestView {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly query: string;
  /** Missing where the rule does not need it. */
  declare readonly body?: string | Uint8Array;
  readonly #data: RequestData;
  #headers: WireHeaders | undefined;
  #client: ClientView | undefined;
  #time: Date | undefined;

  constructor(data: RequestData) {
    this.#data = data;
    this.id = data.id;
    this.method = data.method;
    this.url = data.url;
    this.scheme = data.scheme;
    this.host = data.host;
    this.port = data.port;
    this.path = data.path;
    this.query = data.query;
    if (data.body !== undefined) this.body = data.body;
  }

  get headers(): WireHeaders {
    return this.#headers ??= new WireHeaders(this.#data.headers);
  }

  get client(): ClientView {
    return this.#client ??= clientOf(this.#data);
  }

  get time(): Date {
    return this.#time ??= new Date(this.#data.timeMs);
  }
}

/** A response with its request. */
export class WireResponse implements ResponseView {
  readonly status: number;
  readonly request: WireRequest;
  /** Missing where the rule does not need it. */
  declare readonly body?: string | Uint8Array;
  readonly #fields: readonly string[];
  #headers: WireHeaders | undefined;

  constructor(data: ResponseData, request: RequestData) {
    this.status = data.status;
    this.#fields = data.headers;
    this.request = new WireRequest(request);
    if (data.body !== undefined) this.body = data.body;
  }

  get headers(): WireHeaders {
    return this.#headers ??= new WireHeaders(this.#fields);
  }
}

function clientOf({ clientIp, clientPort, user }: RequestData): ClientView {
  const client = { ip: clientIp, port: clientPort };
  return Object.freeze(
    user === undefined ? client : { ...client, user },
  );
}
