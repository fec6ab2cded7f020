import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { OUTCOMES } from "../../src/log/record.ts";
import { prometheus } from "../../src/stats/prometheus.ts";
import type { StatsSnapshot } from "../../src/stats/stats_snapshot.ts";
import { Statistics } from "../../src/stats/statistics.ts";
import { sampleRecord } from "../log/sample_record.ts";
import { type ReadMetric, readMetrics } from "./metric_lines.ts";

function metricsOf(
  records: readonly Partial<ExchangeRecord>[],
  version?: string,
): Map<string, ReadMetric> {
  return readMetrics(prometheus(snapshotOf(records, version)));
}

function snapshotOf(
  records: readonly Partial<ExchangeRecord>[],
  version = "1.2.3",
): StatsSnapshot {
  const statistics = new Statistics({
    version,
    gauges: () => ({
      clientConnections: 4,
      tunnels: 2,
      upstreamConnections: 3,
    }),
    clock: () => 90_000,
    steadyClock: () => 0,
  });
  for (const changes of records) statistics.record(sampleRecord(changes));
  return statistics.snapshot();
}

function valueOf(
  metrics: Map<string, ReadMetric>,
  sample: string,
): number | undefined {
  const [, name = "", labels = ""] = /^(\w+)(?:\{(.*)\})?$/.exec(sample) ?? [];
  return [...metrics.values()].flatMap(({ samples }) => samples)
    .find((sample) =>
      sample.name === name &&
      [...sample.labels].map(([label, value]) => `${label}=${value}`)
          .join() === labels
    )?.value;
}

Deno.test("prometheus() tells what became of TLS where somebody knows", () => {
  const interception = {
    intercepted: 10,
    failedHandshakes: { client: 3, origin: 2, proxy: 1 },
    refusals: 4,
    refusing: { count: 5, most: 4096, latest: [] },
    leaves: { cached: 6, most: 1000, made: 7, hits: 8 },
  };
  const statistics = (told: StatsSnapshot["interception"]) =>
    readMetrics(prometheus({ ...snapshotOf([]), interception: told }));
  const metrics = statistics(interception);
  const expected: Record<string, number> = {
    "sluice_intercepted_tunnels_total": 10,
    "sluice_intercept_handshakes_failed_total{side=client}": 3,
    "sluice_intercept_handshakes_failed_total{side=origin}": 2,
    "sluice_intercept_handshakes_failed_total{side=proxy}": 1,
    "sluice_certificate_refusals_total": 4,
    "sluice_certificate_refusals_remembered": 5,
    "sluice_leaves_cached": 6,
    "sluice_leaves_made_total": 7,
    "sluice_leaf_hits_total": 8,
  };
  for (const [sample, value] of Object.entries(expected)) {
    assertEquals(valueOf(metrics, sample), value, sample);
  }
  const unopened = statistics({ ...interception, leaves: null });
  assertEquals(valueOf(unopened, "sluice_leaves_cached"), 0);
  assertEquals(statistics(null).has("sluice_leaves_cached"), false);
});

Deno.test("prometheus() tells counters and gauges by their names", () => {
  const metrics = metricsOf([
    { outcome: "hit", bytesIn: 1, bytesOut: 20, bodyBytesOut: 10 },
    { outcome: "miss", status: 502, method: "POST", bytesIn: 1, bytesOut: 5 },
  ]);
  const expected: Record<string, number> = {
    "sluice_build_info{version=1.2.3}": 1,
    "process_start_time_seconds": 90,
    "sluice_uptime_seconds": 0,
    "sluice_client_connections": 4,
    "sluice_tunnels": 2,
    "sluice_upstream_connections": 3,
    "sluice_requests_total{outcome=hit}": 1,
    "sluice_requests_total{outcome=blocked}": 0,
    "sluice_responses_total{class=5xx}": 1,
    "sluice_requests_by_method_total{method=POST}": 1,
    "sluice_client_received_bytes_total": 2,
    "sluice_client_sent_bytes_total": 25,
    "sluice_cache_saved_bytes_total": 10,
    "sluice_background_fetches_total{outcome=revalidated}": 0,
  };
  const actual = Object.keys(expected).map((sample) => [
    sample,
    valueOf(metrics, sample),
  ]);
  assertEquals(Object.fromEntries(actual), expected);
});

Deno.test("prometheus() tells durations in seconds, tunnels by themselves", () => {
  const metrics = metricsOf([
    { outcome: "hit", totalMs: 1.5 },
    { outcome: "hit", totalMs: 250 },
    { outcome: "tunnel", totalMs: 3_000 },
  ]);
  const request = "sluice_request_duration_seconds";
  const bucket = (le: string) =>
    valueOf(metrics, `${request}_bucket{source=cache,le=${le}}`);
  assertEquals(
    ["0.001", "0.002", "0.128", "0.256", "131.072", "+Inf"].map(bucket),
    [0, 1, 1, 2, 2, 2],
  );
  assertEquals(valueOf(metrics, `${request}_sum{source=cache}`), 0.2515);
  assertEquals(valueOf(metrics, `${request}_count{source=origin}`), 0);
  assertEquals(valueOf(metrics, "sluice_tunnel_duration_seconds_sum"), 3);
  assertEquals(valueOf(metrics, "sluice_tunnel_duration_seconds_count"), 1);
});

Deno.test("prometheus() tells what rules did", () => {
  const decision = { rule: "r", phase: "request", reason: "", ms: 500 };
  const metrics = metricsOf([{
    decisions: [
      { ...decision, action: "block", report: false },
      { ...decision, action: "rewrite", report: true },
      { ...decision, action: "error", report: false },
    ],
  }]);
  const samples = [
    "sluice_rule_calls_total{rule=r}",
    "sluice_rule_errors_total{rule=r}",
    "sluice_rule_decisions_total{rule=r,action=block,mode=enforce}",
    "sluice_rule_decisions_total{rule=r,action=rewrite,mode=report}",
    "sluice_rule_duration_seconds_sum{rule=r}",
    "sluice_rule_duration_seconds_count{rule=r}",
  ];
  const values = samples.map((sample) => valueOf(metrics, sample));
  assertEquals(values, [3, 1, 1, 1, 1.5, 3]);
  const p99 = valueOf(
    metrics,
    "sluice_rule_duration_seconds{rule=r,quantile=0.99}",
  );
  assert(Math.abs(p99! - 0.5) <= 0.5 / 64);
});

Deno.test("prometheus() leaves out rules that decided nothing in this run", () => {
  const names = [...metricsOf([]).keys()];
  assertEquals(names.filter((name) => name.includes("rule")), []);
});

Deno.test("prometheus() is well-formed, whatever is recorded", () => {
  const text = fc.string({ unit: "binary", maxLength: 20 });
  const record = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    status: fc.integer(),
    method: text,
    targetHost: text,
    reason: text,
    bytesIn: fc.nat(),
    bytesOut: fc.nat(),
    bodyBytesOut: fc.nat(),
    totalMs: fc.double({ min: -1, max: 1e9, noNaN: true }),
    decisions: fc.array(
      fc.record({
        rule: text,
        phase: fc.constantFrom("request", "response"),
        action: fc.constantFrom("block", "cache", "error", "other"),
        reason: text,
        report: fc.boolean(),
        ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
      }),
      { maxLength: 4 },
    ),
  });
  const records = fc.array(record, { maxLength: 8 });
  fc.assert(
    fc.property(records, text, (records, version) => {
      const metrics = metricsOf(records, version);
      assert(metrics.size >= 14);
    }),
    { numRuns: 50 },
  );
});
