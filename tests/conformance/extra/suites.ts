/**
 * Our own questions to the cache, in the form of http-cache-tests. A test whose
 * id the public suite has in a later version asks what that one asks.
 */

import type { TestSuite } from "../suite.ts";
import { FRESHNESS } from "./freshness.ts";
import { INTERIM } from "./interim.ts";
import { STALE } from "./stale.ts";
import { TARGETED } from "./targeted.ts";

/** Played after the package's, in this order. */
export const EXTRA_SUITES: readonly TestSuite[] = [
  FRESHNESS,
  STALE,
  INTERIM,
  TARGETED,
];
