/** A stored record for tests: what the log's line of a usual exchange holds. */

import { jsonFormat } from "../../src/log/json_format.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import {
  parseRecordLine,
  type StoredRecord,
} from "../../src/log/record_line.ts";
import { sampleRecord } from "./sample_record.ts";

/** Returns the line of a usual exchange with `changes` applied. */
export function sampleLine(changes: Partial<ExchangeRecord> = {}): string {
  return jsonFormat(true)(sampleRecord(changes));
}

/** Returns what is read back of it. */
export function storedSample(
  changes: Partial<ExchangeRecord> = {},
): StoredRecord {
  const record = parseRecordLine(sampleLine(changes));
  if (record === undefined) throw new Error("the sample is damaged");
  return record;
}
