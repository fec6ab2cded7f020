/** A record for tests and benchmarks: a usual cache miss, changed as wanted. */

import type { ExchangeRecord } from "../../src/log/record.ts";

/** Returns a record of a usual exchange with `changes` applied. */
export function sampleRecord(
  changes: Partial<ExchangeRecord> = {},
): ExchangeRecord {
  return {
    id: "0f3k9z-1a",
    timeMs: Date.UTC(2026, 0, 31, 8, 15, 0, 250),
    client: { ip: "192.0.2.10", port: 51234 },
    method: "GET",
    url: "http://www.example.com/assets/app/main.3f9d2c.js?version=12",
    protocol: "HTTP/1.1",
    targetHost: "www.example.com",
    targetPort: 80,
    targetAddress: "198.51.100.7",
    status: 200,
    outcome: "miss",
    rule: "",
    reason: "",
    bytesIn: 412,
    bytesOut: 18_345,
    bodyBytesOut: 18_000,
    totalMs: 12.3456,
    policyMs: 0.0123,
    dnsMs: -1,
    connectMs: 3.5,
    tlsMs: -1,
    firstByteMs: 10.25,
    errorCode: "",
    errorMessage: "",
    referer: "http://www.example.com/",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    ...changes,
  };
}
