/**
 * Records as an HTTP Archive, for the tools that read those. Source: HAR 1.2,
 * www.softwareishard.com/blog/har-12-spec. Entries come in the order of the
 * records; of pages there are none.
 */

import { harEntry } from "./har_entry.ts";
import type { Records } from "./record_ndjson.ts";
import { recordStream } from "./record_stream.ts";

/** Options of {@link toHar}. */
export interface HarOptions {
  /** The program's version, for `creator`. */
  readonly version: string;
}

/** Returns the archive as JSON in UTF-8, written as the records come. */
export function toHar(
  records: Records,
  options: HarOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return recordStream(parts(records, options));
}

async function* parts(
  records: Records,
  { version }: HarOptions,
): AsyncGenerator<string> {
  const creator = JSON.stringify({ name: "Sluice", version });
  yield `{"log":{"version":"1.2","creator":${creator},"entries":[`;
  let separator = "\n";
  for await (const record of records) {
    yield separator + JSON.stringify(harEntry(record));
    separator = ",\n";
  }
  yield "\n]}}\n";
}
