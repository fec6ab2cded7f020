/**
 * The records of a scenario's exchanges in the order in which they ended. A record
 * that the script never looked at fails the scenario.
 */

import { assertEquals, assertObjectMatch } from "@std/assert";
import type { ExchangeRecord } from "../../src/log/record.ts";

/** What a scenario says of a record. */
export type Expected = Partial<ExchangeRecord>;

/** Collects records and hands them out. */
export class Records {
  readonly #waiting: ExchangeRecord[] = [];
  readonly #askers: ((record: ExchangeRecord) => void)[] = [];

  add(record: ExchangeRecord): void {
    const asker = this.#askers.shift();
    if (asker === undefined) this.#waiting.push(record);
    else asker(record);
  }

  /** The next record, once its exchange is over. */
  next(): Promise<ExchangeRecord> {
    const record = this.#waiting.shift();
    if (record !== undefined) return Promise.resolve(record);
    return new Promise((resolve) => this.#askers.push(resolve));
  }

  /** Waits for the next record, which has to say this. Without `errorCode` it says of none. */
  async expect(expected: Expected): Promise<ExchangeRecord> {
    const record = await this.next();
    const { referer, userAgent } = record;
    const values = { ...record, referer, userAgent };
    assertObjectMatch(values, { errorCode: "", ...expected });
    return record;
  }

  /** @throws {Error} when there are records that nobody took. */
  assertAllTaken(): void {
    const summary = this.#waiting.map(({ method, url, status, errorCode }) =>
      `${method} ${url} ${status} ${errorCode}`
    );
    assertEquals(summary, [], "records that the scenario says nothing of");
  }
}
