/**
 * An answer that says of stored responses that they are still good: a 304, or the answer to a
 * HEAD (RFC 9111 §4.3.4, §4.3.5). Has them updated, or dropped where they may not be stored any
 * more. Which ones it is about is decided by the pure parts of `cache/`.
 */

import { Entry, type StoredResponse, UNKEPT_ID } from "../cache/entry.ts";
import { MAX_VARIANTS } from "../cache/entry_list.ts";
import type { TimedResponse } from "../cache/freshness.ts";
import { refreshed, refreshedByHead } from "../cache/refreshed.ts";
import { judgeStoring } from "../cache/storable.ts";
import { storedFields } from "../cache/stored_fields.ts";
import type { MaybePromise } from "../cache/tier.ts";
import { hasValidator, selectRefreshed } from "../cache/validation.ts";
import { matches, selectingFields, varyNames } from "../cache/variants.ts";
import type { Fields } from "../http1/fields.ts";
import type { ResponseHead } from "../http1/head.ts";
import {
  type Came,
  exchangedOf,
  isOutdated,
  storedNow,
  supersede,
  timedResponse,
  variantsLike,
} from "./came.ts";

const NO_NAMES: readonly string[] = [];

/** One answer. */
export class Confirmation {
  readonly #came: Came;
  readonly #timed: TimedResponse;
  /** Its fields as they may be stored. */
  readonly #fields: Fields;

  constructor(head: ResponseHead, came: Came) {
    this.#came = came;
    this.#timed = timedResponse(head, came);
    this.#fields = storedFields(this.#timed, came.via);
  }

  /**
   * Takes it for a 304: the stored responses that it confirms are updated. The one for this request; undefined
   * when it confirms none of those that were asked about. One that is not kept has its body, for which a promise
   * may have to be waited for.
   */
  refresh(): MaybePromise<Entry | undefined> {
    const { asked } = this.#came;
    const confirmed = selectRefreshed(
      asked.validating,
      this.#timed.fields,
      asked.selected,
    );
    const chosen =
      confirmed.find((entry) => matches(entry, asked.request.fields)) ??
        confirmed[0];
    let entry: Entry | undefined;
    for (const stored of confirmed) {
      const kept = this.#update(
        stored,
        refreshed(stored.response, this.#fields, this.#exchanged),
      );
      if (stored === chosen) entry = kept;
    }
    if (entry === undefined) supersede(this.#came);
    else if (entry.id !== UNKEPT_ID) this.#keepVariant(entry);
    else if (entry.body === undefined) return this.#read(chosen!, entry);
    return entry;
  }

  /** What is sent once more, with the body of what stays stored as it was. */
  async #read(
    stored: Entry,
    { response, freshness }: Entry,
  ): Promise<Entry | undefined> {
    const body = await this.#came.caching.store.body(stored);
    return body && new Entry(UNKEPT_ID, response, body, freshness);
  }

  /** Takes it for the answer to a HEAD. False when it tells of another representation. */
  refreshByHead(stored: Entry): boolean {
    const length = this.#timed.fields.get("content-length");
    const updated = refreshedByHead(
      stored.response,
      this.#fields,
      length === undefined ? undefined : Number(length),
      this.#exchanged,
    );
    if (updated === undefined) return false;
    if (this.#isValidation(stored)) this.#update(stored, updated);
    return true;
  }

  get #exchanged() {
    return exchangedOf(this.#came, this.#timed);
  }

  /**
   * Keeps an updated response where it may still be stored. Undefined where it may not, and its body
   * has gone with it.
   */
  #update(stored: Entry, updated: StoredResponse): Entry | undefined {
    const { asked: { request }, caching: { store } } = this.#came;
    const storing = judgeStoring({ ...request, method: "GET" }, updated);
    if (!isOutdated(this.#came)) {
      if (storing.isStorable) {
        return store.refresh(stored, updated, storing.freshness);
      }
      // What one who is authorized was told changes nothing for the others.
      if (storing.reason !== "authorization") {
        store.remove(stored);
        if (stored.body === undefined) return undefined;
      }
    }
    return new Entry(UNKEPT_ID, updated, stored.body);
  }

  /**
   * RFC 9111 §4.3.3: a 304 has the stored response "reused", for a request that would not have selected it. The
   * next one like it gets it without asking, where no other variant has to go for that.
   */
  #keepVariant(confirmed: Entry): void {
    const { asked: { request: { fields } }, caching: { store } } = this.#came;
    const { response, body, freshness } = confirmed;
    if (body === undefined) return;
    if (matches(confirmed, fields)) return;
    if (storedNow(this.#came).length >= MAX_VARIANTS) return;
    const names = varyNames(response.fields) ?? NO_NAMES;
    const variant = { ...response, selecting: selectingFields(names, fields) };
    store.put(variant, body, variantsLike(variant, this.#came), freshness);
  }

  /**
   * RFC 9111 §4.3.5 goes by "any received validator fields". Where none is, the length has to tell that it is
   * the same, of what has no validator itself and needs no validation.
   */
  #isValidation(stored: Entry): boolean {
    const { fields } = this.#timed;
    if (fields.has("etag") || fields.has("last-modified")) return true;
    return fields.has("content-length") && !hasValidator(stored) &&
      !stored.isInvalidated;
  }
}
