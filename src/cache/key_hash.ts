/**
 * Cache keys as numbers of 53 bits, for an index that has no room for the keys themselves. Two
 * keys may have one hash, so whoever finds something by it compares the key. The seed is a secret
 * of each store: without it nobody can choose URLs whose hashes are equal.
 */

const PRIME_A = 2_654_435_761;
const PRIME_B = 1_597_334_677;

/**
 * The hash of a key: two lanes of multiply and xor over its UTF-16 units, each mixed as the
 * finalizer of MurmurHash3 does.
 *
 * @param seed An integer of 32 bits.
 */
export function keyHash(key: string, seed: number): number {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ Math.imul(seed, PRIME_A);
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    a = Math.imul(a ^ unit, PRIME_A);
    b = Math.imul(b ^ unit, PRIME_B);
    a ^= a >>> 15;
  }
  a = mixed(a, b);
  b = mixed(b, a);
  return (b & 0x1fffff) * 0x100000000 + (a >>> 0);
}

function mixed(lane: number, other: number): number {
  let hash = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  hash ^= Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
