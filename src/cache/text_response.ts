/**
 * A stored response whose head is text, as every answer from it begins, until somebody asks for
 * one of its fields: most entries are never asked. A copy that is spread from one has to have
 * fields of its own.
 */

import type { Fields } from "../http1/fields.ts";
import type {
  Grant,
  Judgement,
  SelectingField,
  StoredRange,
  StoredResponse,
} from "./entry.ts";
import { parseFieldLines } from "./field_lines.ts";

/** A response without its fields. */
export type ResponseParts = Omit<StoredResponse, "fields">;

/** One response. */
export class TextResponse implements StoredResponse {
  readonly key: string;
  readonly url: string;
  readonly status: number;
  readonly reasonPhrase: string;
  readonly selecting: readonly SelectingField[];
  readonly requestTimeMs: number;
  readonly responseTimeMs: number;
  readonly receivedAgeSeconds: number;
  readonly grant: Grant;
  readonly tags: readonly string[];
  readonly range: StoredRange | undefined;
  readonly bodyLength: number;
  readonly judgement: Judgement | undefined;
  // Not to be copied with the rest: a copy has other fields.
  readonly #headText: string;
  #fields: Fields | undefined;

  /** @param lines Field lines, each with its CRLF: end-to-end fields, as StoredResponse has them. */
  constructor(parts: ResponseParts, lines: string) {
    this.key = parts.key;
    this.url = parts.url;
    this.status = parts.status;
    this.reasonPhrase = parts.reasonPhrase;
    this.selecting = parts.selecting;
    this.requestTimeMs = parts.requestTimeMs;
    this.responseTimeMs = parts.responseTimeMs;
    this.receivedAgeSeconds = parts.receivedAgeSeconds;
    this.grant = parts.grant;
    this.tags = parts.tags;
    this.range = parts.range;
    this.bodyLength = parts.bodyLength;
    this.judgement = parts.judgement;
    this.#headText = statusLineOf(parts) + lines;
  }

  get fields(): Fields {
    return this.#fields ??= parseFieldLines(this.#headText, this.#linesStart);
  }

  /** Status line and field lines. */
  get headText(): string {
    return this.#headText;
  }

  get lines(): string {
    return this.#headText.slice(this.#linesStart);
  }

  get #linesStart(): number {
    return statusLineOf(this).length;
  }
}

/** Status line and field lines of a response, each with its CRLF. */
export function headTextOf(response: StoredResponse): string {
  return response instanceof TextResponse
    ? response.headText
    : statusLineOf(response) + response.fields.lines(0);
}

/** The field lines of a response, each with its CRLF. */
export function linesOf(response: StoredResponse): string {
  return response instanceof TextResponse
    ? response.lines
    : response.fields.lines(0);
}

function statusLineOf(
  { status, reasonPhrase }: Pick<StoredResponse, "status" | "reasonPhrase">,
): string {
  return "HTTP/1.1 " + status + " " + reasonPhrase + "\r\n";
}
