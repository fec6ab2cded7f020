/** Requests, answers and exchanges as values, for tests that need no connection. */

import {
  parseRequestHead,
  parseResponseHead,
  type ResponseHead,
} from "../../src/http1/head.ts";
import { type Request, understandRequest } from "../../src/http1/request.ts";
import type { AbsoluteTarget } from "../../src/http1/target.ts";
import { Exchange } from "../../src/proxy/exchange.ts";
import { head } from "../scenarios/requests.ts";

/** A request of these lines, understood. */
export function requestOf(...lines: string[]): Request {
  return understandRequest(parseRequestHead(head(...lines)));
}

/** A GET of http://a.test/ with these further lines. */
export function getOf(...lines: string[]): Request {
  return requestOf("GET http://a.test/ HTTP/1.1", "Host: a.test", ...lines);
}

/** The target of a request that has one with a scheme. */
export function absoluteTargetOf({ target }: Request): AbsoluteTarget {
  if (target.form !== "absolute") {
    throw new TypeError("the target has no scheme");
  }
  return target;
}

/** A response's head of these lines. */
export function responseOf(...lines: string[]): ResponseHead {
  return parseResponseHead(head(...lines));
}

/** An exchange of a client at 192.0.2.1. */
export function exchangeOf(request?: Request): Exchange {
  const exchange = new Exchange("test-1", { ip: "192.0.2.1", port: 50_000 });
  exchange.request = request;
  exchange.method = request?.head.method ?? "";
  exchange.url = request?.head.target ?? "";
  return exchange;
}
