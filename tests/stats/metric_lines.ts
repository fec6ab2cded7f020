/**
 * Reads the exposition format of Prometheus, strictly: whatever promtool objects
 * to, and whatever breaks a scrape, is an error here.
 */

import { assert } from "@std/assert";

/** A metric as it was read. */
export interface ReadMetric {
  readonly name: string;
  readonly type: string;
  readonly samples: ReadSample[];
}

/** A number as it was read. */
export interface ReadSample {
  /** The metric's name with a suffix. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const NAME = /^[a-z][a-z0-9_]*$/;
const SAMPLE = /^([a-z][a-z0-9_]*)(?:\{([^\n]*)\})? (\S+)$/;
const LABEL = /([a-z][a-z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/gy;
const NUMBER = /^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/** The metrics of a text, by name. */
export function readMetrics(text: string): Map<string, ReadMetric> {
  assert(text.endsWith("\n"), "the last line has no end");
  const metrics = new Map<string, ReadMetric>();
  const seen = new Set<string>();
  const lines = text.slice(0, -1).split("\n");
  for (let at = 0; at < lines.length;) {
    const metric = readHead(lines[at++], lines[at++]);
    assert(!metrics.has(metric.name), `${metric.name} comes twice`);
    metrics.set(metric.name, metric);
    for (; lines[at]?.startsWith("#") === false; at++) {
      const sample = readSample(lines[at]!);
      const suffix = sample.name.slice(metric.name.length);
      assert(sample.name.startsWith(metric.name), lines[at]);
      assert(SUFFIXES[metric.type]?.includes(suffix), lines[at]);
      const identity = lines[at]!.slice(0, lines[at]!.lastIndexOf(" "));
      assert(!seen.has(identity), `${identity} comes twice`);
      seen.add(identity);
      metric.samples.push(sample);
    }
    assert(metric.samples.length > 0, `${metric.name} has no sample`);
    if (metric.type === "histogram") checkHistogram(metric);
  }
  return metrics;
}

function readHead(help = "", type = ""): ReadMetric {
  const [, name = "", helpText = ""] = /^# HELP (\S+) (.+)$/.exec(help) ?? [];
  const [, typeName, kind = ""] = /^# TYPE (\S+) (\w+)$/.exec(type) ?? [];
  assert(NAME.test(name) && name === typeName, `${help} / ${type}`);
  assert(kind in SUFFIXES && helpText !== "", `${help} / ${type}`);
  assert(name.endsWith("_total") === (kind === "counter"), name);
  return { name, type: kind, samples: [] };
}

function readSample(line: string): ReadSample {
  const [, name = "", labelsText = "", value = ""] = SAMPLE.exec(line) ?? [];
  assert(name !== "" && NUMBER.test(value), `"${line}" is no sample`);
  const labels = new Map<string, string>();
  let length = 0;
  for (const [whole, label = "", text = ""] of labelsText.matchAll(LABEL)) {
    assert(!labels.has(label), line);
    length += whole.length;
    labels.set(label, unescaped(text));
  }
  assert(length === labelsText.length, `"${line}" has bad labels`);
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

function unescaped(text: string): string {
  return text.replace(/\\([\\n"])/g, (_, char) => char === "n" ? "\n" : char);
}

/** Buckets are cumulative, in order, and the last one has everything. */
function checkHistogram({ name, samples }: ReadMetric): void {
  const others = (labels: ReadonlyMap<string, string>) =>
    JSON.stringify([...labels].filter(([label]) => label !== "le"));
  const groups = Map.groupBy(samples, ({ labels }) => others(labels));
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.labels.has("le"));
    const bounds = buckets.map(({ labels }) =>
      Number(labels.get("le")!.replace("Inf", "Infinity"))
    );
    const counts = buckets.map(({ value }) => value);
    assert(isAscending(bounds) && isAscending(counts), name);
    assert(bounds.at(-1) === Infinity, `${name} has no bucket for all`);
    const count = group.find((sample) => sample.name === `${name}_count`);
    assert(count?.value === counts.at(-1), `${name}_count is another`);
    assert(group.some((sample) => sample.name === `${name}_sum`), name);
  }
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || values[i - 1]! <= value);
}
