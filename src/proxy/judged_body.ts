/**
 * The body of a message that rules are asked about: not read before a rule needs it, read
 * once however many do, and what it is after a rule has written another.
 */

import type { Fields } from "../http1/fields.ts";
import { bytesOf, type GivenBody, readContent } from "./body_content.ts";
import { contentCodings, decodeContent } from "./content_coding.ts";
import { type BegunBody, type BodySource, HeldBody } from "./held_body.ts";

/** How a body goes on its way. */
export type BodyOnward =
  /** It is all there, to be sent with its length. */
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  /** A part of it has been read and goes first; the rest streams. */
  | { readonly kind: "begun"; readonly begun: BegunBody }
  /** It streams, untouched. */
  | { readonly kind: "streaming" };

const NO_BYTES = new Uint8Array(0);
/** A coded body can be longer than its content by a little: headers, and blocks that don't shrink. */
const CODING_OVERHEAD_BYTES = 1024;

/** A body between its sender and its receiver. */
export class JudgedBody {
  readonly #source: BodySource;
  readonly #beforeReading: (() => Promise<void>) | undefined;
  #held: HeldBody | undefined;
  #given: GivenBody | undefined;
  #content: Uint8Array | undefined;

  /** @param beforeReading Called once, before the first byte is waited for. */
  constructor(source: BodySource, beforeReading?: () => Promise<void>) {
    this.#source = source;
    this.#beforeReading = beforeReading;
  }

  /** A rule has written it. */
  get given(): GivenBody | undefined {
    return this.#given;
  }

  /** Nothing of the sender's body is left to read. */
  get isRead(): boolean {
    return this.#source.length === 0 || this.#held?.isWhole === true;
  }

  get isBegun(): boolean {
    return this.#held !== undefined;
  }

  /**
   * Makes the body ready to be shown. False when it is longer than `maxBytes` or has a coding
   * that can't be undone.
   *
   * @throws {ProxyError} 503 when too much of bodies is held already.
   */
  async prepare(maxBytes: number, fields: Fields): Promise<boolean> {
    if (this.#given !== undefined) {
      return bytesOf(this.#given).length <= maxBytes;
    }
    if (this.#source.length === 0) {
      this.#content = NO_BYTES;
      return true;
    }
    const codings = contentCodings(fields);
    const overhead = codings.length === 0 ? 0 : CODING_OVERHEAD_BYTES;
    if (!await this.#read(maxBytes + overhead)) return false;
    this.#content ??= await this.#decoded(codings, maxBytes);
    return this.#content !== undefined && this.#content.length <= maxBytes;
  }

  /** The body for a rule, after {@link prepare}. */
  view(form: "text" | "bytes", fields: Fields): GivenBody {
    const given = this.#given;
    if (typeof given === "string") {
      return form === "text" ? given : bytesOf(given);
    }
    const content = given ?? this.#content ?? NO_BYTES;
    return readContent(content, form, fields);
  }

  replace(body: GivenBody): void {
    this.#given = body;
  }

  /** How it goes on. */
  onward(): BodyOnward {
    if (this.#given !== undefined) {
      return { kind: "whole", bytes: bytesOf(this.#given) };
    }
    const held = this.#held;
    if (held === undefined) return { kind: "streaming" };
    return held.isWhole
      ? { kind: "whole", bytes: held.bytes }
      : { kind: "begun", begun: held };
  }

  /** Reads what the sender still sends of it, up to `maxBytes`. False when there is more. */
  async drop(maxBytes: number): Promise<boolean> {
    if (this.isRead) return true;
    this.#held ??= new HeldBody(this.#source);
    return await this.#held.drop(maxBytes);
  }

  #decoded(
    codings: readonly string[],
    maxBytes: number,
  ): Promise<Uint8Array | undefined> {
    const { bytes } = this.#held!;
    const decoding = () => decodeContent(bytes, codings, maxBytes);
    if (codings.length === 0) return decoding();
    const { budget, exchange } = this.#source;
    return budget.decode(exchange, maxBytes, decoding);
  }

  async #read(maxBytes: number): Promise<boolean> {
    if (this.#source.length > maxBytes) return false;
    if (this.#held === undefined) {
      this.#held = new HeldBody(this.#source);
      await this.#beforeReading?.();
    }
    return await this.#held.read(maxBytes);
  }
}
