import { CACHE_OPTIONS } from "../../src/config/cache_options.ts";
import { assertTakes } from "./option_bounds.ts";

Deno.test("CACHE_OPTIONS keep sizes and times within their bounds", () => {
  const { cacheMemoryBytes, cacheDiskBytes, cacheMaxObjectBytes } =
    CACHE_OPTIONS;
  assertTakes(cacheMemoryBytes, ["1MiB", "64GiB"], ["0", "65GiB"]);
  assertTakes(cacheDiskBytes, ["0", "16TiB"], ["17TiB"]);
  assertTakes(cacheMaxObjectBytes, ["1KiB", "1GiB"], ["0", "2GiB"]);
  assertTakes(CACHE_OPTIONS.cacheDefaultTtlMs, ["0", "365d"], ["366d"]);
});
