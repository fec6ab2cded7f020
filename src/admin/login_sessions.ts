/**
 * Logins to the admin pages: the value of a cookie that stands for the token, made of it by
 * HMAC so that nobody can tell the token from it. A session ends when it is 12 hours old,
 * with a logout, and with the process. How a cookie travels is for login_routes.ts.
 */

import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";

/** How long a login lasts. */
export const SESSION_SECONDS = 12 * 60 * 60;

/** Of logouts that are remembered until their sessions would have ended by themselves. */
const MAX_ENDED = 10_000;
const ID_BYTES = 16;

/** `EXPIRY.ID.MAC`: seconds since the epoch, and two texts in base64url. */
const SESSION = /^(\d{1,12})\.([\w-]{22})\.([\w-]{43})$/;

/** Options of {@link LoginSessions}. */
export interface LoginSessionsOptions {
  readonly token: string;
  /** The proxy's: cookies of one host are shared by all of its ports. */
  readonly port: number;
  /** Milliseconds since the epoch. Default: Date.now. */
  readonly now?: () => number;
}

/** The sessions of one process. */
export class LoginSessions {
  readonly cookieName: string;
  readonly #now: () => number;
  readonly #key: Uint8Array;
  readonly #ended = new LRUCache<string, true>({ max: MAX_ENDED });

  constructor({ token, port, now = Date.now }: LoginSessionsOptions) {
    this.cookieName = `sluice-session-${port}`;
    this.#now = now;
    // Of this process: a session that was ended stays so after a restart.
    this.#key = createHmac("sha256", token).update(randomBytes(32)).digest();
  }

  /** Begins a session. Returns the value of its cookie. */
  begin(): string {
    const expiry = Math.floor(this.#now() / 1000) + SESSION_SECONDS;
    const id = randomBytes(ID_BYTES).toString("base64url");
    return `${expiry}.${id}.${this.#mac(expiry, id).toString("base64url")}`;
  }

  /** True for the value of a session that has begun and not ended. */
  isOpen(value: string): boolean {
    const [, expiry = "", id = "", mac = ""] = SESSION.exec(value) ?? [];
    if (mac === "" || Number(expiry) * 1000 <= this.#now()) return false;
    const wanted = this.#mac(Number(expiry), id);
    const got = Buffer.from(mac, "base64url");
    return got.length === wanted.length && timingSafeEqual(got, wanted) &&
      !this.#ended.has(id);
  }

  /** Ends a session. */
  end(value: string): void {
    if (!this.isOpen(value)) return;
    const [, , id = ""] = SESSION.exec(value) ?? [];
    this.#ended.set(id, true);
  }

  #mac(expiry: number, id: string): Buffer {
    return createHmac("sha256", this.#key).update(`${expiry}.${id}`).digest();
  }
}
