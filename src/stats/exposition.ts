/**
 * Metrics as text: the exposition format of Prometheus, version 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats). It decides how names,
 * labels and numbers are written, not which metrics there are.
 */

/** The media type of the text. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Label names with their values, which may have any character. */
export type Labels = Readonly<Record<string, string>>;

/** One number of a metric. */
export interface Sample {
  /** What follows the metric's name: "_bucket", "_sum" or "_count". Default: nothing. */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** A metric with all its samples. */
export interface Metric {
  /** With base units, and for a counter with "_total" at its end. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A number that goes up and down. */
export function gauge(
  name: string,
  help: string,
  value: number | readonly Sample[],
): Metric {
  return { name, type: "gauge", help, samples: samplesOf(value) };
}

/** A number that only grows. @param name With "_total" at its end. */
export function counter(
  name: string,
  help: string,
  value: number | readonly Sample[],
): Metric {
  return { name, type: "counter", help, samples: samplesOf(value) };
}

function samplesOf(value: number | readonly Sample[]): readonly Sample[] {
  return typeof value === "number" ? [{ value }] : value;
}

/** A sample for each member, under a label with its name. */
export function labelled(
  label: string,
  values: Readonly<Record<string, number>>,
): Sample[] {
  return Object.entries(values).map(([name, value]) => ({
    labels: { [label]: name },
    value,
  }));
}

/** The text of metrics, in their order; one without samples is left out. */
export function expositionText(metrics: readonly Metric[]): string {
  return metrics.filter(({ samples }) => samples.length > 0)
    .map(metricText).join("");
}

function metricText({ name, type, help, samples }: Metric): string {
  const lines = samples.map(({ suffix = "", labels = {}, value }) =>
    `${name}${suffix}${labelsText(labels)} ${numberText(value)}\n`
  );
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${
    lines.join("")
  }`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}="${escaped(value).replaceAll('"', '\\"')}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** A number as a label's value or a sample's: infinity has a sign, as Go writes it. */
export function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
