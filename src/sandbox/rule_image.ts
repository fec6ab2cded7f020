/**
 * What a rule file exports or a hook returns, as JSON can hold it: the host makes an
 * image, the proxy makes a value of it that has the same shape and no code of the
 * author's, and judges that. Functions become functions that do nothing.
 */

import { isRecord } from "./json_shape.ts";

const MAX_DEPTH = 12;
const MAX_TEXT = 200;

/** An image's mark of something that JSON does not have. */
interface Marker {
  readonly $:
    | "function"
    | "undefined"
    | "regexp"
    | "number"
    | "bytes"
    | "other";
  readonly text: string;
}

/** How much an image may still hold. It is counted down. */
export interface Room {
  values: number;
  /** Of texts, keys and bytes together, but for the `body` of a decision. */
  characters: number;
}

/** Far more than any decision that the contract takes; far less than holds the proxy up. */
const OPINION: Readonly<Room> = { values: 10_000, characters: 1024 * 1024 };

/**
 * The image of what a hook returned.
 *
 * @throws {RangeError} for more than 10,000 values, or 1 MiB of text beside bodies.
 */
export function imageOfOpinion(opinion: unknown): unknown {
  return imageOf(opinion, { ...OPINION });
}

/**
 * The image of any value. Getters run once; an error of theirs is thrown.
 *
 * @param room Default: without bounds.
 * @throws {RangeError} for a value that there is no room for.
 */
export function imageOf(
  value: unknown,
  room: Room = { values: Infinity, characters: Infinity },
  depth = 0,
): unknown {
  take(room, "values", 1);
  if (typeof value === "string") {
    take(room, "characters", value.length);
    return value;
  }
  if (value === null) return value;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : marker("number", String(value));
  }
  if (typeof value === "function") return marker("function", value.name);
  if (value === undefined) return marker("undefined", "undefined");
  if (typeof value !== "object" || depth > MAX_DEPTH) {
    return marker("other", String(value));
  }
  if (Array.isArray(value)) {
    if (value.length > room.values) throw tooMuch("values");
    return Array.from(value, (each) => imageOf(each, room, depth + 1));
  }
  if (value instanceof Uint8Array) {
    take(room, "characters", value.length);
    return imageOfBytes(value);
  }
  if (value instanceof RegExp) return marker("regexp", String(value));
  return Object.fromEntries(
    Object.entries(value).map((
      [key, member],
    ) => [key, imageOfMember(key, member, room, depth + 1)]),
  );
}

function imageOfMember(
  key: string,
  member: unknown,
  room: Room,
  depth: number,
): unknown {
  take(room, "characters", key.length);
  // A decision is what the hook returned, or stands in a list of it.
  if (key === "body" && depth <= 2) {
    if (typeof member === "string") return member;
    if (member instanceof Uint8Array) return imageOfBytes(member);
  }
  return imageOf(member, room, depth);
}

function imageOfBytes(bytes: Uint8Array): Marker {
  return { $: "bytes", text: bytes.toBase64() };
}

function take(room: Room, what: keyof Room, amount: number): void {
  room[what] -= amount;
  if (room[what] < 0) throw tooMuch(what);
}

function tooMuch(what: keyof Room): RangeError {
  return new RangeError(
    what === "values"
      ? `Cannot take what the hook returned: it has more than ${OPINION.values} values`
      : "Cannot take what the hook returned: it has more than 1 MiB of text beside its bodies",
  );
}

/** The value of an image that came as JSON. */
export function valueOfImage(image: unknown): unknown {
  if (Array.isArray(image)) return image.map(valueOfImage);
  if (!isRecord(image)) return image;
  if (isMarker(image)) return valueOfMarker(image);
  const value: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(image)) {
    Object.defineProperty(value, key, {
      value: valueOfImage(member),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return value;
}

function marker($: Marker["$"], text: string): Marker {
  return { $, text: text.slice(0, MAX_TEXT) };
}

function isMarker(
  image: Record<string, unknown>,
): image is Record<string, unknown> & Marker {
  return typeof image.$ === "string" && typeof image.text === "string";
}

function valueOfMarker({ $, text }: Marker): unknown {
  switch ($) {
    case "function":
      return () => undefined;
    case "undefined":
      return undefined;
    case "number":
      return Number(text);
    case "regexp":
      return new RegExp(RegExp.escape(text));
    case "bytes":
      return Uint8Array.fromBase64(text);
    case "other":
      return Symbol(text);
  }
}
