/**
 * Who a client is, by its Proxy-Authorization field and a password file. Credentials that were
 * checked are known again for a while, by a keyed hash of them, so that they cost neither a
 * slow hash nor a promise each time. How many passwords may wait to be checked, and how fast a
 * client may guess, is bounded.
 */

import { hash, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import {
  type BasicCredentials,
  readBasicCredentials,
} from "./basic_credentials.ts";
import { clientKey } from "./client_key.ts";
import { FailureThrottle } from "./failure_throttle.ts";
import type { PasswordFile } from "./password_file.ts";

/** What came of a request's credentials. */
export type Authentication =
  | { readonly kind: "accepted"; readonly user: string }
  /** There are no credentials of a scheme that is spoken here. */
  | { readonly kind: "challenge" }
  | { readonly kind: "rejected"; readonly reason: string }
  | ThrottledAuthentication;

/** The credentials were not looked at. */
export interface ThrottledAuthentication {
  readonly kind: "throttled";
  /** Whether the client's own failures are why, or what the proxy has to do for all. */
  readonly because: "client" | "proxy";
  readonly reason: string;
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
}

/** Whether a password is the one of a hash, such as `PasswordChecker.check`. */
export type PasswordCheck = (
  passwordHash: string,
  password: string,
) => Promise<boolean>;

/** What an authenticator works with. */
export interface AuthenticatorOptions {
  /** The time in ms, of any clock that does not jump. */
  readonly now: () => number;
  /** Asked for at most 32 passwords at once. */
  readonly check: PasswordCheck;
}

/** How many credentials are known again. Wrong ones have a place of their own: they push out no right ones. */
const MAX_ACCEPTED = 4096;
const MAX_REJECTED = 1024;
/** After how long without use right ones are forgotten, and wrong ones in any case. */
const KEEP_ACCEPTED_MS = 300_000;
const KEEP_REJECTED_MS = 60_000;
/** How many passwords may wait to be checked. */
const MAX_PENDING = 32;

const CHALLENGE: Authentication = { kind: "challenge" };
const WRONG: Authentication = {
  kind: "rejected",
  reason: "the user or the password is wrong",
};
const BUSY: Authentication = {
  kind: "throttled",
  because: "proxy",
  reason: "too many passwords wait to be checked",
  retryAfterSeconds: 1,
};

interface Remembered {
  readonly result: Authentication;
  readonly user: string;
  /** The user's hash when the password was checked; undefined for who was no user. */
  readonly hash: string | undefined;
  untilMs: number;
}

interface Pending {
  readonly client: string;
  readonly result: Promise<Authentication>;
}

/** Checks credentials against a password file. */
export class Authenticator {
  readonly #now: () => number;
  readonly #check: PasswordCheck;
  readonly #secret = randomBytes(32).toString("base64");
  readonly #throttle = new FailureThrottle();
  readonly #accepted = new LRUCache<string, Remembered>({ max: MAX_ACCEPTED });
  readonly #rejected = new LRUCache<string, Remembered>({ max: MAX_REJECTED });
  readonly #pending = new Map<string, Pending>();
  #file: PasswordFile;

  /** @param file Who may use the proxy. */
  constructor(file: PasswordFile, options: AuthenticatorOptions) {
    this.#file = file;
    this.#now = options.now;
    this.#check = options.check;
  }

  /** Goes by another file from now on: users who are not in it, or have another hash, have to be checked again. */
  useFile(file: PasswordFile): void {
    this.#file = file;
  }

  /** The file that is gone by: as long as it is the same one, who was accepted still is. */
  get file(): PasswordFile {
    return this.#file;
  }

  /**
   * Judges the value of a Proxy-Authorization field (or, on our own pages, Authorization).
   * A promise comes only of credentials that have to be checked; it rejects only where the
   * check does.
   *
   * @param field As it came; undefined for none.
   * @param clientIp Whose failures count together.
   */
  authenticate(
    field: string | undefined,
    clientIp: string,
  ): Authentication | Promise<Authentication> {
    if (field === undefined) return CHALLENGE;
    const key = hash("sha256", this.#secret + field, "base64");
    const accepted = this.#recall(this.#accepted, key);
    if (accepted !== undefined) {
      accepted.untilMs = this.#now() + KEEP_ACCEPTED_MS;
      return accepted.result;
    }
    return this.#recall(this.#rejected, key)?.result ??
      this.#pending.get(key)?.result ??
      this.#judge(field, key, clientKey(clientIp));
  }

  /** What is remembered counts as long as the user has the hash of then. */
  #recall(
    memory: LRUCache<string, Remembered>,
    key: string,
  ): Remembered | undefined {
    const found = memory.get(key);
    if (found === undefined || found.untilMs <= this.#now()) return undefined;
    return this.#file.hashOf(found.user) === found.hash ? found : undefined;
  }

  #judge(
    field: string,
    key: string,
    client: string,
  ): Authentication | Promise<Authentication> {
    const credentials = readBasicCredentials(field);
    if (credentials.kind === "other") return CHALLENGE;
    if (credentials.kind === "malformed") {
      return { kind: "rejected", reason: credentials.reason };
    }
    const throttled = this.#throttled(client);
    if (throttled !== undefined) return throttled;
    const result = this.#verify(credentials, key, client)
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, { client, result });
    return result;
  }

  #throttled(client: string): Authentication | undefined {
    const nowMs = this.#now();
    const waitMs = this.#throttle.waitMs(client, nowMs);
    if (waitMs > 0) {
      return {
        kind: "throttled",
        because: "client",
        reason: "too many wrong passwords came from this client",
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      };
    }
    if (this.#pending.size >= MAX_PENDING) return BUSY;
    const ofClient = [...this.#pending.values()]
      .filter((pending) => pending.client === client).length;
    return ofClient < this.#throttle.attemptsAtOnce(client, nowMs)
      ? undefined
      : BUSY;
  }

  async #verify(
    { user, password }: BasicCredentials,
    key: string,
    client: string,
  ): Promise<Authentication> {
    const userHash = this.#file.hashOf(user);
    const checked = userHash ?? this.#decoy(user);
    const isRight = await this.#check(checked, password);
    const nowMs = this.#now();
    if (isRight && userHash !== undefined) {
      const result: Authentication = { kind: "accepted", user };
      const untilMs = nowMs + KEEP_ACCEPTED_MS;
      this.#accepted.set(key, { result, user, hash: userHash, untilMs });
      return result;
    }
    this.#throttle.fail(client, nowMs);
    const untilMs = nowMs + KEEP_REJECTED_MS;
    this.#rejected.set(key, { result: WRONG, user, hash: userHash, untilMs });
    return WRONG;
  }

  /** Who is no user costs as much as some user, and each time the same one. */
  #decoy(user: string): string {
    const digest = hash("sha256", this.#secret + user, "buffer");
    return this.#file.decoy(digest.readUInt32BE());
  }
}
