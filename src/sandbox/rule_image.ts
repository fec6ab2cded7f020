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

/** The image of any value. Getters run once; an error of theirs is thrown. */
export function imageOf(value: unknown, depth = 0): unknown {
  if (value === null || typeof value === "string") return value;
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
    return Array.from(value, (each) => imageOf(each, depth + 1));
  }
  if (value instanceof Uint8Array) {
    return { $: "bytes", text: value.toBase64() };
  }
  if (value instanceof RegExp) return marker("regexp", String(value));
  return Object.fromEntries(
    Object.entries(value).map((
      [key, member],
    ) => [key, imageOf(member, depth + 1)]),
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
