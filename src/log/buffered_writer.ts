/**
 * Writes lines to one target in batches, so that a line costs its writer no
 * system call and no waiting: a LineBatcher with the one ByteQueue that takes
 * its batches. What either does is theirs to decide.
 */

import {
  ByteQueue,
  type ByteQueueOptions,
  type ByteTarget,
} from "./byte_queue.ts";
import { LineBatcher, type LineBatcherOptions } from "./line_batcher.ts";

export type { ByteTarget };

/**
 * Options of {@link BufferedWriter}. After a failure it tries again after
 * `maxDelayMs`, unless `retryDelayMs` says otherwise.
 */
export interface BufferedWriterOptions
  extends ByteQueueOptions, LineBatcherOptions {}

/**
 * Writes lines to a target in batches. After a failure it holds what it has,
 * tries again and drops lines past `maxPendingBytes`; when there is room again,
 * one line says how many. A target whose reader is gone is given up.
 */
export class BufferedWriter extends LineBatcher {
  constructor(target: ByteTarget, options: BufferedWriterOptions) {
    const { maxDelayMs = 250 } = options;
    super(
      [new ByteQueue(target, { retryDelayMs: maxDelayMs, ...options })],
      options,
    );
  }
}
