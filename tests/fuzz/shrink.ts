/**
 * Makes a text that breaks something as short and as plain as it can be and still break it
 * (delta debugging): a reader then sees the cause. Also says it as a TypeScript literal.
 */

/** How often the text may be tried, and for how long. */
const MAX_TRIES = 2000;
const MAX_MS = 3000;

/** A shorter text for which `isBroken` holds too. */
export async function shrink(
  text: string,
  isBroken: (text: string) => Promise<boolean>,
): Promise<string> {
  let left = MAX_TRIES;
  const endMs = performance.now() + MAX_MS;
  const holds = async (candidate: string) => {
    if (performance.now() > endMs) left = 0;
    return left-- > 0 && await isBroken(candidate);
  };
  let shortest = text;
  for (let size = text.length; size >= 1 && left > 0;) {
    const shorter = await withoutSpans(shortest, size, holds);
    size = shorter === shortest ? Math.floor(size / 2) : size;
    shortest = shorter;
    size = Math.min(size, shortest.length);
  }
  return await plainer(shortest, holds);
}

async function withoutSpans(
  text: string,
  size: number,
  holds: (text: string) => Promise<boolean>,
): Promise<string> {
  let rest = text;
  for (let at = 0; at < rest.length;) {
    const candidate = rest.slice(0, at) + rest.slice(at + size);
    if (await holds(candidate)) rest = candidate;
    else at += size;
  }
  return rest;
}

async function plainer(
  text: string,
  holds: (text: string) => Promise<boolean>,
): Promise<string> {
  let plain = text;
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === "a") continue;
    const candidate = plain.slice(0, at) + "a" + plain.slice(at + 1);
    if (await holds(candidate)) plain = candidate;
  }
  return plain;
}

/** The text as an expression of TypeScript; what repeats itself is written once. */
export function literalOf(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(/([\s\S]{1,12}?)\1{11,}/g)) {
    const [whole, unit = ""] = match;
    if (match.index > from) parts.push(quote(text.slice(from, match.index)));
    parts.push(`${quote(unit)}.repeat(${whole.length / unit.length})`);
    from = match.index + whole.length;
  }
  if (from < text.length || parts.length === 0) {
    parts.push(quote(text.slice(from)));
  }
  return parts.join(" + ");
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
