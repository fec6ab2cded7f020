/**
 * What is stored, where, and how long it is fresh.
 * These are the options of "Cache" in the help; option.ts says what an entry is.
 */

import { byteSize } from "./byte_size.ts";
import { duration } from "./duration.ts";
import { toggle } from "./kind.ts";
import type { Option } from "./option.ts";

/** The options of "Cache", by their field in Settings. */
export const CACHE_OPTIONS = {
  cache: {
    name: "cache",
    group: "Cache",
    kind: toggle(),
    default: "true",
    defaultText: "on",
    isNegatable: true,
    description: "store what origins allow to be stored",
  },
  cacheMemoryBytes: {
    name: "cache-memory",
    group: "Cache",
    kind: byteSize("1MiB", "64GiB"),
    default: "64MiB",
    placeholder: "SIZE",
    description: "memory for stored responses; the least recently used go",
  },
  cacheDiskBytes: {
    name: "cache-disk",
    group: "Cache",
    kind: byteSize("0", "16TiB"),
    default: "1GiB",
    placeholder: "SIZE",
    description: "room in --kv for stored responses; 0 for none",
    why: "What is there outlives a restart.",
  },
  cacheMaxObjectBytes: {
    name: "cache-max-object",
    group: "Cache",
    kind: byteSize("1KiB", "1GiB"),
    default: "8MiB",
    placeholder: "SIZE",
    description: "longest body that is stored",
  },
  cacheDefaultTtlMs: {
    name: "cache-default-ttl",
    group: "Cache",
    kind: duration("0", "365d"),
    default: "0",
    defaultText: "0s",
    placeholder: "TIME",
    description: "how long a response is fresh that does not say it itself",
    why: "0 leaves it to the rule of RFC 9111: a tenth of the age of " +
      "Last-Modified, a day at most.",
  },
} satisfies Record<string, Option>;
