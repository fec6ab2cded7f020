import { assert, assertEquals } from "@std/assert";
import { jsonFormat } from "../../src/log/json_format.ts";
import { MAX_BATCH_BYTES } from "../../src/log/record_batch.ts";
import { cutRecord, RecordCopy } from "../../src/log/record_copy.ts";
import { sampleRecord } from "./sample_record.ts";

const FULL = sampleRecord({
  client: { ip: "::1", port: 5, user: "ann" },
  rule: "ads",
  reason: "no",
  policyVersion: "7",
  cacheStatus: "sluice; fwd=miss",
  dnsMs: 1,
  tlsMs: 2,
  errorCode: "dns_error",
  errorMessage: "no such name",
});

Deno.test("RecordCopy has everything that the JSON line has", () => {
  const format = jsonFormat(true);
  assertEquals(format(new RecordCopy(FULL)), format(FULL));
});

Deno.test("RecordCopy is not changed by what becomes of the exchange", () => {
  const exchange = { ...FULL };
  const copy = new RecordCopy(exchange);
  exchange.url = "http://changed.example/";
  exchange.status = 500;
  assertEquals([copy.url, copy.status], [FULL.url, FULL.status]);
});

Deno.test("cutRecord() makes a record fit into a batch, whatever its texts", () => {
  // Six bytes of JSON each.
  const long = "\x80".repeat(70_000);
  const decision = {
    rule: long,
    phase: long,
    action: long,
    reason: long,
    report: true,
    ms: 1,
  };
  const line = jsonFormat(true)(cutRecord(
    new RecordCopy({
      ...FULL,
      id: long,
      client: { ip: long, port: 65_535, user: long },
      method: long,
      url: long,
      targetHost: long,
      targetAddress: long,
      rule: long,
      reason: long,
      decisions: Array(50).fill(decision),
      policyVersion: long,
      cacheStatus: long,
      errorCode: long,
      errorMessage: long,
    }),
  ));
  assert(new TextEncoder().encode(line).length < MAX_BATCH_BYTES);
  assertEquals(JSON.parse(line).decisions.length, 4);
  assert(JSON.parse(line).url.endsWith("\x80…"));
});

Deno.test("cutRecord() leaves texts that are short as they are", () => {
  const format = jsonFormat(true);
  assertEquals(format(cutRecord(new RecordCopy(FULL))), format(FULL));
});
