/**
 * The timings of an entry of an HTTP Archive: whole, so that they sum up to its
 * time. Source: HAR 1.2 §timings.
 */

import type { StoredRecord } from "./record_line.ts";

/** Milliseconds; -1 for what did not happen or is not known. */
export interface HarTimings {
  readonly blocked: -1;
  readonly dns: number;
  /** "If [ssl] is defined then the time is also included in the connect field". */
  readonly connect: number;
  readonly ssl: number;
  /** What was needed to send is in `wait`: it was not measured by itself. */
  readonly send: number;
  readonly wait: number;
  readonly receive: number;
}

/** Divides the record's total among the timings; rules are in `wait`. */
export function harTimings({ ms }: Pick<StoredRecord, "ms">): HarTimings {
  const total = micros(ms.total);
  const dns = part(ms.dns, total);
  const connect = part(dialMs(ms), total - used(dns));
  const dialled = used(dns) + used(connect);
  const ssl = part(ms.tls, used(connect));
  const untilAnswer = ms.firstByte === undefined
    ? total
    : Math.min(micros(ms.firstByte), total);
  const wait = Math.max(0, untilAnswer - dialled);
  return {
    blocked: -1,
    dns: milliseconds(dns),
    connect: milliseconds(connect),
    ssl: milliseconds(ssl),
    send: 0,
    wait: milliseconds(wait),
    receive: milliseconds(total - dialled - wait),
  };
}

/** Of a connection with its TLS. */
function dialMs({ connect, tls }: StoredRecord["ms"]): number | undefined {
  if (connect === undefined && tls === undefined) return undefined;
  return (connect ?? 0) + (tls ?? 0);
}

/** In microseconds, and no more than there is. */
function part(ms: number | undefined, most: number): number {
  return ms === undefined ? -1 : Math.min(micros(ms), most);
}

function used(micros: number): number {
  return Math.max(0, micros);
}

function micros(ms: number): number {
  return Math.max(0, Math.round(ms * 1000));
}

function milliseconds(micros: number): number {
  return micros < 0 ? -1 : micros / 1000;
}
