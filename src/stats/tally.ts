/**
 * What time series count of exchanges: added up once for all of them, since the start. A
 * series takes from it what has come since it last looked, so an exchange costs one look.
 */

import type { ExchangeRecord } from "../log/record.ts";
import { Histogram } from "./histogram.ts";
import { OUTCOME_GROUPS, type OutcomeTraits } from "./outcome_traits.ts";

/** What is counted, in the order of the columns. */
export const COUNTED = [
  ...OUTCOME_GROUPS,
  "bytesIn",
  "bytesOut",
  "bytesSaved",
] as const;

const BYTES_IN = COUNTED.indexOf("bytesIn");
const BYTES_OUT = BYTES_IN + 1;
const BYTES_SAVED = BYTES_IN + 2;

/** Counts that only grow. */
export class Tally {
  readonly counts = new Float64Array(COUNTED.length);
  /** Of all but tunnels; without the sum of the times. */
  readonly latency = new Histogram();

  /**
   * Counts an exchange.
   *
   * @param bucket The bucket of its time, see `bucketOf`.
   */
  count(
    { bytesIn, bytesOut, bodyBytesOut }: ExchangeRecord,
    { group, isCached, isTunnel }: OutcomeTraits,
    bucket: number,
  ): void {
    const { counts } = this;
    counts[group]!++;
    counts[BYTES_IN]! += bytesIn;
    counts[BYTES_OUT]! += bytesOut;
    if (isCached) counts[BYTES_SAVED]! += bodyBytesOut;
    if (!isTunnel) this.latency.add(bucket, 0);
  }
}
