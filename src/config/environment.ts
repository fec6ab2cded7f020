/**
 * Environment variables to option texts. A variable that is empty is as good
 * as unset, as shells and container files write it; one that no option has is
 * left alone, since others (Kubernetes among them) also set SLUICE_* names.
 */

import {
  environmentName,
  type Given,
  type GivenValues,
  isTakenFrom,
  type Option,
} from "./option.ts";

/** Reads the variables of `options` from `env`. */
export function readEnvironment(
  env: Readonly<Record<string, string>>,
  options: readonly Option[],
): GivenValues {
  const given = new Map<string, Given>();
  for (const option of options) {
    if (!isTakenFrom(option, "environment")) continue;
    const where = environmentName(option);
    const text = env[where];
    if (text === undefined || text === "") continue;
    given.set(option.name, { text, where, source: "environment" });
  }
  return given;
}
