/**
 * Memory for the bodies that rules read, over all exchanges: one body is bounded by its rule,
 * many at once are bounded here. What an exchange holds is given back when it is over. A body for
 * which nothing is left is refused as a proxy refuses that is full, and not by a rule's
 * `onOverflow`: else a rule that skips what is too long could be got around by keeping the
 * proxy busy. What takes memory for a moment only waits for its turn.
 */

import { ProxyError } from "../errors.ts";
import { ByteTurns } from "./byte_turns.ts";

const MIB = 1024 * 1024;
/** Of bodies as they came and behind their codings, together; half of it for one client. */
const MAX_BODY_BYTES = 256 * MIB;
/** What codings that are being undone may come to. */
const MAX_DECODING_BYTES = 128 * MIB;
/** What the rules' process has of bodies at once: there each is there a few times over, and takes time to read. */
const MAX_SHOWN_BYTES = 16 * MIB;
const RETRY_AFTER_SECONDS = 1;

/** Who holds bodies, and how many bytes of them. */
export interface BodyHolder {
  readonly client: { readonly ip: string };
  heldBodyBytes: number;
}

/** The budget of one proxy. */
export class BodyBudget {
  readonly maxBytes: number;
  #bytes = 0;
  /** No more clients than hold something. */
  readonly #byClient = new Map<string, number>();
  readonly #decodings = new ByteTurns(MAX_DECODING_BYTES);
  readonly #shown = new ByteTurns(MAX_SHOWN_BYTES);

  constructor(maxBytes: number = MAX_BODY_BYTES) {
    this.maxBytes = maxBytes;
  }

  /** What is held. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts more bytes to what somebody holds.
   *
   * @throws {ProxyError} 503 when that would be more than there may be, in all or of one client.
   */
  hold(holder: BodyHolder, bytes: number): void {
    const { ip } = holder.client;
    const ofClient = (this.#byClient.get(ip) ?? 0) + bytes;
    const isTooMuch = this.#bytes + bytes > this.maxBytes ||
      ofClient > this.maxBytes / 2;
    if (isTooMuch) throw tooMuch();
    this.#bytes += bytes;
    this.#byClient.set(ip, ofClient);
    holder.heldBodyBytes += bytes;
  }

  /** Gives back all that somebody holds. */
  release(holder: BodyHolder): void {
    const { heldBodyBytes: bytes, client: { ip } } = holder;
    if (bytes === 0) return;
    this.#bytes -= bytes;
    const left = (this.#byClient.get(ip) ?? 0) - bytes;
    if (left > 0) this.#byClient.set(ip, left);
    else this.#byClient.delete(ip);
    holder.heldBodyBytes = 0;
  }

  /**
   * Undoes codings once there is room for `maxBytes` of content, and holds what it comes to.
   *
   * @throws {ProxyError} as {@link hold}.
   */
  async decode<Content extends { readonly length: number }>(
    holder: BodyHolder,
    maxBytes: number,
    decoding: () => Promise<Content | undefined>,
  ): Promise<Content | undefined> {
    const content = await this.#decodings.run(maxBytes, decoding);
    if (content !== undefined) this.hold(holder, content.length);
    return content;
  }

  /** Shows a rule what somebody holds, and has its reply. Who holds nothing waits for nobody. */
  show<Reply>(
    { heldBodyBytes }: BodyHolder,
    asking: () => Promise<Reply>,
  ): Promise<Reply> {
    return heldBodyBytes === 0
      ? asking()
      : this.#shown.run(heldBodyBytes, asking);
  }
}

function tooMuch(): ProxyError {
  const message =
    "the proxy holds as much of bodies for its rules as it may: try again";
  return new ProxyError(503, "proxy", "proxy_internal_response", message, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    outcome: "limited",
  });
}
