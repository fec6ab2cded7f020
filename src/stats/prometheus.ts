/**
 * The statistics as metrics for Prometheus. Counters are those of this run: what
 * a crash costs the totals would look like a restart of all of them to a scraper.
 * Names and units by prometheus.io/docs/practices/naming. Hosts and clients are
 * no labels: there is no end of them.
 */

import {
  counter,
  expositionText,
  gauge,
  labelled,
  type Labels,
  type Metric,
  numberText,
  type Sample,
} from "./exposition.ts";
import { LATENCY_SOURCES } from "./outcome_traits.ts";
import { partsMetrics } from "./parts_metrics.ts";
import type { Latency, RuleStats, StatsSnapshot } from "./stats_snapshot.ts";

/** The text of a scrape, of the type `EXPOSITION_TYPE`. */
export function prometheus(snapshot: StatsSnapshot): string {
  return expositionText([
    ...processMetrics(snapshot),
    ...trafficMetrics(snapshot),
    ...partsMetrics(snapshot),
    ...interceptionMetrics(snapshot.interception),
    ...durationMetrics(snapshot),
    ...ruleMetrics(snapshot.rules.filter(({ run }) => run.calls > 0)),
  ]);
}

function processMetrics(
  { version, startMs, uptimeSeconds, gauges }: StatsSnapshot,
): Metric[] {
  return [
    {
      name: "sluice_build_info",
      type: "gauge",
      help: "The program that runs: always 1.",
      samples: [{ labels: { version }, value: 1 }],
    },
    gauge(
      "process_start_time_seconds",
      "When the process began to count, in seconds since the epoch.",
      startMs / 1000,
    ),
    gauge(
      "sluice_uptime_seconds",
      "How long the process has been counting.",
      uptimeSeconds,
    ),
    gauge(
      "sluice_client_connections",
      "Open connections of clients.",
      gauges.clientConnections,
    ),
    gauge("sluice_tunnels", "Open tunnels.", gauges.tunnels),
    gauge(
      "sluice_upstream_connections",
      "Open connections to origins and parent proxies.",
      gauges.upstreamConnections,
    ),
  ];
}

function trafficMetrics({ run }: StatsSnapshot): Metric[] {
  return [
    counter(
      "sluice_requests_total",
      "Exchanges that are over, by how they ended.",
      labelled("outcome", run.outcomes),
    ),
    counter(
      "sluice_responses_total",
      "Exchanges that are over, by the class of the status sent.",
      labelled("class", run.statusClasses),
    ),
    counter(
      "sluice_requests_by_method_total",
      "Exchanges that are over, by method.",
      labelled("method", run.methods),
    ),
    counter(
      "sluice_client_received_bytes_total",
      "Bytes from clients, heads included.",
      run.bytesIn,
    ),
    counter(
      "sluice_client_sent_bytes_total",
      "Bytes to clients, heads included.",
      run.bytesOut,
    ),
    counter(
      "sluice_cache_saved_bytes_total",
      "Bytes of bodies that the cache answered with.",
      run.bytesSaved,
    ),
    counter(
      "sluice_background_fetches_total",
      "Fetches for the cache that no client waited for, by how they ended.",
      labelled("outcome", run.background),
    ),
  ];
}

function interceptionMetrics(stats: StatsSnapshot["interception"]): Metric[] {
  if (stats === null) return [];
  const { cached, made, hits } = stats.leaves ?? NO_LEAVES;
  return [
    counter(
      "sluice_intercepted_tunnels_total",
      "TLS handshakes with clients that were done.",
      stats.intercepted,
    ),
    counter(
      "sluice_intercept_handshakes_failed_total",
      "TLS handshakes that failed, by whose fault; origin: for https URLs.",
      labelled("side", stats.failedHandshakes),
    ),
    counter(
      "sluice_certificate_refusals_total",
      "How often a client did not take the certificate of an intercepted host.",
      stats.refusals,
    ),
    gauge(
      "sluice_certificate_refusals_remembered",
      "Clients and hosts that are not intercepted for such a refusal.",
      stats.refusing.count,
    ),
    gauge("sluice_leaves_cached", "Certificates that are kept.", cached),
    counter("sluice_leaves_made_total", "Certificates that were made.", made),
    counter(
      "sluice_leaf_hits_total",
      "How often a certificate that was wanted was there already.",
      hits,
    ),
  ];
}

const NO_LEAVES = { cached: 0, made: 0, hits: 0 };

function durationMetrics({ run: { latency } }: StatsSnapshot): Metric[] {
  const sources = LATENCY_SOURCES.filter((source) => source !== "tunnel");
  return [
    {
      name: "sluice_request_duration_seconds",
      type: "histogram",
      help:
        "From a request to the end of its answer, tunnels left out, by where the answer came from.",
      samples: sources.flatMap((source) =>
        histogramSamples(latency[source], { source })
      ),
    },
    {
      name: "sluice_tunnel_duration_seconds",
      type: "histogram",
      help: "How long tunnels were open.",
      samples: histogramSamples(latency.tunnel, {}),
    },
  ];
}

function ruleMetrics(rules: readonly RuleStats[]): Metric[] {
  return [
    counter(
      "sluice_rule_calls_total",
      "Calls of a rule, with a decision, an error or neither.",
      rules.map(({ name, run }) => ({
        labels: { rule: name },
        value: run.calls,
      })),
    ),
    counter(
      "sluice_rule_errors_total",
      "Calls of a rule that failed.",
      rules.map(({ name, run }) => ({
        labels: { rule: name },
        value: run.errors,
      })),
    ),
    counter(
      "sluice_rule_decisions_total",
      "Decisions of a rule, by action; those in report mode were not acted on.",
      rules.flatMap(decisionSamples),
    ),
    {
      name: "sluice_rule_duration_seconds",
      type: "summary",
      help:
        "How long a rule's calls took; the quantiles are those of all runs.",
      samples: rules.flatMap(summarySamples),
    },
  ];
}

function decisionSamples({ name, run }: RuleStats): Sample[] {
  const inMode = (mode: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).filter(([, value]) => value > 0)
      .map(([action, value]) => ({
        labels: { rule: name, action, mode },
        value,
      }));
  return [
    ...inMode("enforce", run.decisions),
    ...inMode("report", run.reported),
  ];
}

function summarySamples({ name, run, p50Ms, p99Ms }: RuleStats): Sample[] {
  const labels = { rule: name };
  return [
    { labels: { ...labels, quantile: "0.5" }, value: (p50Ms ?? NaN) / 1000 },
    { labels: { ...labels, quantile: "0.99" }, value: (p99Ms ?? NaN) / 1000 },
    { suffix: "_sum", labels, value: run.totalMs / 1000 },
    { suffix: "_count", labels, value: run.calls },
  ];
}

function histogramSamples(
  { buckets, count, sumMs }: Latency,
  labels: Labels,
): Sample[] {
  const bucket = (belowMs: number, value: number) => ({
    suffix: "_bucket",
    labels: { ...labels, le: numberText(belowMs / 1000) },
    value,
  });
  return [
    ...buckets.map(({ belowMs, count }) => bucket(belowMs, count)),
    bucket(Infinity, count),
    { suffix: "_sum", labels, value: sumMs / 1000 },
    { suffix: "_count", labels, value: count },
  ];
}
