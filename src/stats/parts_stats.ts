/**
 * How full the parts of a proxy are and what they have lost, as plain values: the part of a
 * snapshot that is read elsewhere, when the snapshot is taken. Types only. Counters are of this
 * run.
 */

/** All parts at one time. */
export interface PartsStats {
  readonly process: ProcessStats;
  readonly maxClientConnections: number;
  /** `null`: there is no cache. */
  readonly cache: CacheStats | null;
  /** Lists in force, in the order in which they are looked at. */
  readonly lists: readonly ListStats[];
  /** `null`: rules are off. */
  readonly rules: RuleSetStats | null;
  readonly records: RecordsStats;
  /** Where the access log is written. */
  readonly log: readonly LogStats[];
}

/** The process that serves; rules run in another. */
export interface ProcessStats {
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** User and system time. */
  readonly cpuSeconds: number;
}

/** The cache's tiers. */
export interface CacheStats {
  readonly memory: TierStats;
  /** `null`: nothing is kept on disk. */
  readonly kv: KvStats | null;
}

/** One tier. */
export interface TierStats {
  /** How many responses. */
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Responses dropped for room. */
  readonly evictions: number;
}

/** The tier in KV. */
export interface KvStats extends TierStats {
  /** Responses that wait to be written. */
  readonly queuedBytes: number;
  readonly maxQueuedBytes: number;
  /** Responses that could not be written. */
  readonly dropped: number;
  /** Responses that were found damaged. */
  readonly damaged: number;
  /** False while it is read at the start. */
  readonly isLoaded: boolean;
  /** Nothing is written for a while, because the store fails. */
  readonly isPaused: boolean;
}

/** One list. */
export interface ListStats {
  readonly name: string;
  readonly kind: "option" | "admin" | "file";
  readonly entries: number;
}

/** The rules of the folder, of which each is in one of these. */
export interface RuleSetStats {
  readonly inForce: number;
  /** Rules that are not asked, since they hung or crashed too often. */
  readonly setAside: number;
  /** Files that are left out. */
  readonly broken: number;
  /** What is wrong with a change of the folder that is not in force. */
  readonly refused: number;
  /** Whether any of the last three is more than 0. */
  readonly isDegraded: boolean;
}

/** The records of recent exchanges. */
export interface RecordsStats {
  readonly held: number;
  readonly stored: number;
  /** Not kept, for too many came in a second. */
  readonly skipped: number;
  /** Not kept, for the store failed. */
  readonly lost: number;
}

/** One target of the access log. */
export interface LogStats {
  readonly target: "console" | "file";
  readonly pendingBytes: number;
  readonly droppedLines: number;
  readonly failedRotations: number;
}
