/**
 * Decompression bombs: a few bytes that stand for as many zeros as are asked for.
 */

import { Buffer } from "node:buffer";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const MIB = 1024 * 1024;
/** The longest block of zstd (RFC 8878 §3.1.1.2.4). */
const ZSTD_BLOCK_BYTES = 128 * 1024;

/** A bomb: its coding and its bytes. */
export interface Bomb {
  readonly coding: string;
  readonly bytes: Uint8Array;
}

/** Bombs that expand to about that many MiB: zstd in whole, the slow ones to at most 1,024. */
export function bombs(mib: number): Bomb[] {
  const zeros = Buffer.alloc(Math.min(mib, 1024) * MIB);
  const gzip = gzipSync(zeros, { level: 9 });
  return [
    { coding: "gzip", bytes: gzip },
    { coding: "gzip, gzip", bytes: gzipSync(gzip, { level: 9 }) },
    {
      coding: "br",
      bytes: brotliCompressSync(zeros, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
      }),
    },
    { coding: "zstd", bytes: zstdBomb(mib) },
  ];
}

/** Blocks that say "this byte, so often" (RFC 8878 §3.1.1.2.2: RLE_Block). */
function zstdBomb(mib: number): Uint8Array {
  const blocks = mib * MIB / ZSTD_BLOCK_BYTES;
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
  const bytes = new Uint8Array(head.length + blocks * 4);
  bytes.set(head);
  for (let i = 0; i < blocks; i++) {
    const isLast = i === blocks - 1 ? 1 : 0;
    const blockHead = ZSTD_BLOCK_BYTES << 3 | 1 << 1 | isLast;
    const at = head.length + i * 4;
    bytes[at] = blockHead & 255;
    bytes[at + 1] = blockHead >> 8 & 255;
    bytes[at + 2] = blockHead >> 16 & 255;
  }
  return bytes;
}
