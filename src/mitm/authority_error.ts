/**
 * The one error for an authority that cannot be made, read or used. Its message is ready
 * for an operator and says what to do next; it never holds anything of a key.
 */

/** An authority that cannot be used. */
export class AuthorityError extends Error {
  override readonly name = "AuthorityError";
}
