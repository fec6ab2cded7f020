/** What HAR 1.2 demands of an archive, member by member, as a strict check. */

import * as v from "valibot";

const size = v.pipe(v.number(), v.integer(), v.minValue(-1));
const duration = v.pipe(v.number(), v.minValue(0));
const optionalDuration = v.union([v.literal(-1), duration]);
const pair = v.strictObject({ name: v.string(), value: v.string() });

const request = v.strictObject({
  method: v.string(),
  url: v.pipe(v.string(), v.url()),
  httpVersion: v.pipe(v.string(), v.regex(/^HTTP\/\d\.\d$/)),
  cookies: v.array(v.never()),
  headers: v.array(pair),
  queryString: v.array(pair),
  headersSize: size,
  bodySize: size,
});

const response = v.strictObject({
  status: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)),
  statusText: v.string(),
  httpVersion: v.pipe(v.string(), v.regex(/^HTTP\/\d\.\d$/)),
  cookies: v.array(v.never()),
  headers: v.array(pair),
  content: v.strictObject({ size, mimeType: v.string() }),
  redirectURL: v.string(),
  headersSize: size,
  bodySize: size,
});

const timings = v.strictObject({
  blocked: optionalDuration,
  dns: optionalDuration,
  connect: optionalDuration,
  ssl: optionalDuration,
  send: duration,
  wait: duration,
  receive: duration,
});

const entry = v.pipe(
  v.strictObject({
    startedDateTime: v.pipe(v.string(), v.isoTimestamp()),
    time: duration,
    request,
    response,
    cache: v.strictObject({}),
    timings,
    serverIPAddress: v.optional(v.pipe(v.string(), v.ip())),
    connection: v.optional(v.string()),
    comment: v.optional(v.string()),
  }),
  v.check(
    ({ time, timings }) => Math.abs(time - sumOf(timings)) < 0.001,
    "timings that do not sum up",
  ),
);

const har = v.strictObject({
  log: v.strictObject({
    version: v.literal("1.2"),
    creator: v.strictObject({ name: v.string(), version: v.string() }),
    entries: v.array(entry),
  }),
});

/** An archive that the specification allows. */
export type Har = v.InferOutput<typeof har>;

/**
 * Returns an archive without the members that a program may have of its own.
 *
 * @throws {v.ValiError} For what the specification does not allow.
 */
export function checkedHar(text: string): Har {
  return v.parse(
    har,
    JSON.parse(text, (name, value) => name.startsWith("_") ? undefined : value),
  );
}

function sumOf(
  { blocked, dns, connect, send, wait, receive }: v.InferOutput<
    typeof timings
  >,
): number {
  return [blocked, dns, connect, send, wait, receive]
    .reduce((sum, part) => sum + Math.max(0, part), 0);
}
