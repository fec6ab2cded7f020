/**
 * A long body in KV: parts of 60 KiB at most, each behind the CRC-32 of its bytes. A body is what
 * it was when every part is there, is whole, and they are as long together as the head says.
 */

import { crc32 } from "node:zlib";

/** The bytes of a body that one value holds; a value may have 64 KiB. */
export const CHUNK_BYTES = 60 * 1024;
const CRC_BYTES = 4;

/** In how many parts a body of that length is kept. */
export function chunkCount(bodyLength: number): number {
  return Math.ceil(bodyLength / CHUNK_BYTES);
}

/** The value of a part, counted from 0. */
export function encodeChunk(body: Uint8Array, part: number): Uint8Array {
  const bytes = body.subarray(part * CHUNK_BYTES, (part + 1) * CHUNK_BYTES);
  const value = new Uint8Array(CRC_BYTES + bytes.length);
  new DataView(value.buffer).setUint32(0, crc32(bytes));
  value.set(bytes, CRC_BYTES);
  return value;
}

/** The bytes of a part; undefined when they are not what they were. */
export function decodeChunk(value: unknown): Uint8Array | undefined {
  if (!(value instanceof Uint8Array) || value.length < CRC_BYTES) {
    return undefined;
  }
  const bytes = value.subarray(CRC_BYTES);
  const { buffer, byteOffset } = value;
  const crc = new DataView(buffer, byteOffset).getUint32(0);
  return crc32(bytes) === crc ? bytes : undefined;
}

/** Puts a body together from its parts, which come in their order. */
export class BodyAssembly {
  readonly #body: Uint8Array;
  #length = 0;
  #isDamaged = false;

  constructor(bodyLength: number) {
    this.#body = new Uint8Array(bodyLength);
  }

  /** Adds the value of the next part. */
  add(value: unknown): void {
    const bytes = decodeChunk(value);
    if (
      bytes === undefined || this.#length + bytes.length > this.#body.length
    ) {
      this.#isDamaged = true;
      return;
    }
    this.#body.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The body; undefined when something of it is missing or damaged. */
  get whole(): Uint8Array | undefined {
    const isWhole = !this.#isDamaged && this.#length === this.#body.length;
    return isWhole ? this.#body : undefined;
  }
}
