/**
 * Waiting for something on behalf of an exchange that may be stopped meanwhile: nothing
 * that an exchange waits for outlives the client's leaving or a deadline.
 */

import type { Exchange } from "./exchange.ts";

/**
 * Waits for `work`, but no longer than the exchange lasts. What was to be ended on an abort
 * before still is.
 *
 * @throws The exchange's reason to end early, or what `work` rejects with.
 */
export function orAbort<T>(exchange: Exchange, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (exchange.abortReason !== undefined) {
      reject(exchange.abortReason);
      return;
    }
    const before = exchange.onAbort;
    const abort = () => {
      restore();
      reject(exchange.abortReason);
      before?.();
    };
    // Work that ends late finds what somebody else waits for, and leaves it.
    const restore = () => {
      if (exchange.onAbort === abort) exchange.onAbort = before;
    };
    exchange.onAbort = abort;
    work.then((value) => {
      restore();
      resolve(value);
    }, (error) => {
      restore();
      reject(error);
    });
  });
}
