/** Rates as operators write them, such as `100/10s`: so many requests in such a time. */

import { parseDurationMs } from "./duration.ts";
import { type Kind, kindOf } from "./kind.ts";

/** How many requests may pass in a time. */
export interface Rate {
  /** At least 1. */
  readonly requests: number;
  /** More than 0. */
  readonly perSeconds: number;
}

/** A rate; `off` is none. */
export function rateOrOff(): Kind<Rate | undefined> {
  const kind = kindOf<Rate | "off">({
    wants:
      "a number of requests and a time, such as 100/10s or 5000/1h, or off",
    parse: (text) => text === "off" ? "off" : parseRate(text),
    hint: (text) =>
      /^\d+$/.test(text) ? `did you mean "${text}/1s"?` : undefined,
  });
  return {
    ...kind,
    read: (text, where) => {
      const rate = kind.read(text, where);
      return rate === "off" ? undefined : rate;
    },
  };
}

function parseRate(text: string): Rate | undefined {
  const [, digits = "", time = ""] = /^(\d{1,9})\/(\w+)$/.exec(text) ?? [];
  const requests = Number(digits);
  const perMs = parseDurationMs(time) ?? 0;
  if (requests < 1 || perMs <= 0) return undefined;
  return { requests, perSeconds: perMs / 1000 };
}
