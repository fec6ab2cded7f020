/**
 * Records as newline-delimited JSON: the very lines that the log file has.
 */

import { recordLine, type StoredRecord } from "./record_line.ts";
import { recordStream } from "./record_stream.ts";

/** Records, from a search or a list. */
export type Records = AsyncIterable<StoredRecord> | Iterable<StoredRecord>;

/** Returns one line for each record, in UTF-8 (`application/x-ndjson`). */
export function toNdjson(
  records: Records,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return recordStream(lines(records));
}

async function* lines(records: Records): AsyncGenerator<string> {
  for await (const record of records) yield recordLine(record);
}
