/** Parts of a proxy for tests of what shows them, each number another one. */

import type { PartsStats } from "../../src/stats/parts_stats.ts";

export const SAMPLE_PARTS: PartsStats = {
  process: { residentBytes: 1_000, heapBytes: 500, cpuSeconds: 1.5 },
  maxClientConnections: 4_096,
  cache: {
    memory: { entries: 1, bytes: 2, maxBytes: 3, evictions: 4 },
    kv: {
      entries: 5,
      bytes: 6,
      maxBytes: 7,
      evictions: 8,
      queuedBytes: 9,
      maxQueuedBytes: 10,
      dropped: 11,
      damaged: 12,
      isLoaded: true,
      isPaused: true,
    },
  },
  lists: [
    { name: "--block", kind: "option", entries: 13 },
    { name: 'imported "x"', kind: "file", entries: 14 },
  ],
  rules: {
    inForce: 15,
    setAside: 1,
    broken: 16,
    refused: 17,
    isDegraded: true,
  },
  records: { held: 18, stored: 19, skipped: 20, lost: 21 },
  log: [{
    target: "file",
    pendingBytes: 22,
    droppedLines: 23,
    failedRotations: 24,
  }],
};
