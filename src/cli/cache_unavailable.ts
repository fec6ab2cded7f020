/** Why a command can't get at the cache, told apart from a bug. */

/** The cache can't be had. The message is for the operator, and says what to do. */
export class CacheUnavailable extends Error {
  override readonly name = "CacheUnavailable";
}
