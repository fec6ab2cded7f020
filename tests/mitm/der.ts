/**
 * DER as tests look at it (X.690): elements with their tags, and those within. Reads what
 * certificates have, and knows nothing of what they mean.
 */

/** One element. */
export interface Der {
  /** The identifier octet: class, constructed bit and number, which is below 31. */
  readonly tag: number;
  /** The contents octets. */
  readonly content: Uint8Array;
  /** All octets, tag and length included. */
  readonly raw: Uint8Array;
}

/** The elements that lie one after another in `bytes`. @throws {RangeError} when one is cut. */
export function elements(bytes: Uint8Array): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = elementAt(bytes, at);
    found.push(element);
    at += element.raw.length;
  }
  return found;
}

function elementAt(bytes: Uint8Array, at: number): Der {
  const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  const start = at + 2 + lengthOctets;
  const length = lengthOctets === 0
    ? first
    : bytes.subarray(at + 2, start).reduce((sum, one) => sum * 256 + one, 0);
  const raw = bytes.subarray(at, start + length);
  if (raw.length < 2 || raw.length !== start - at + length) {
    throw new RangeError(`Cannot read DER: the element at ${at} is cut`);
  }
  return { tag, content: bytes.subarray(start, start + length), raw };
}

/** The elements within one. */
export function within({ content }: Der): Der[] {
  return elements(content);
}

/** An OBJECT IDENTIFIER in dots (X.690 §8.19). */
export function oidText({ content }: Der): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join(".");
}

/** A UTCTime or GeneralizedTime as RFC 5280 §4.1.2.5 wants it, in ms. @throws {TypeError} for another form. */
export function timeMs({ tag, content }: Der): number {
  const text = new TextDecoder().decode(content);
  const form = tag === 0x17 ? /^\d{12}Z$/ : tag === 0x18 ? /^\d{14}Z$/ : /$^/;
  if (!form.test(text)) throw new TypeError(`Cannot read the time "${text}"`);
  const century = Number(text.slice(0, 2)) < 50 ? "20" : "19";
  const whole = tag === 0x17 ? century + text : text;
  const [year, month, day, hours, minutes, seconds] =
    /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(whole)!.slice(1);
  return Date.parse(
    `${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`,
  );
}
