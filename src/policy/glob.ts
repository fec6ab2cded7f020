/**
 * Patterns in which `*` is any run of characters and everything else stands for itself.
 * Pattern and text are compared as they are: whoever wants no case brings both to lower
 * case first. Time grows with the text alone: nothing is tried twice, whatever the pattern.
 */

/** A compiled pattern, or several: does the text fit? */
export type TextTest = (text: string) => boolean;

/** Compiles one pattern. */
export function compileGlob(pattern: string): TextTest {
  const pieces = pattern.split("*");
  const [first = "", ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  const between = others.filter((piece) => piece !== "");
  if (between.length > 0) return inOrder(first, between, last);
  if (first === "") return last === "" ? () => true : endsWith(last);
  if (last === "") return (text) => text.startsWith(first);
  const shortest = first.length + last.length;
  return (text) =>
    text.length >= shortest && text.startsWith(first) && text.endsWith(last);
}

function endsWith(last: string): TextTest {
  return (text) => text.endsWith(last);
}

/** Taking each piece where it first occurs leaves the most for those behind it. */
function inOrder(
  first: string,
  between: readonly string[],
  last: string,
): TextTest {
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of between) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/**
 * Compiles several patterns, of which any may fit. Plain texts and file endings (`*.exe`)
 * are looked up, so that a long list of them costs no more than a short one.
 */
export function compileGlobs(patterns: readonly string[]): TextTest {
  if (patterns.length === 1) return compileGlob(patterns[0]!);
  const plain = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const endings = new Set(
    patterns.filter(isEnding).map((pattern) => pattern.slice(1)),
  );
  const tests = patterns
    .filter((pattern) => pattern.includes("*") && !isEnding(pattern))
    .map(compileGlob);
  return (text) =>
    (plain.size > 0 && plain.has(text)) ||
    (endings.size > 0 && endings.has(endingOf(text))) ||
    (tests.length > 0 && tests.some((test) => test(text)));
}

function isEnding(pattern: string): boolean {
  return /^\*\.[^.*]+$/.test(pattern);
}

function endingOf(text: string): string {
  const dot = text.lastIndexOf(".");
  return dot < 0 ? "" : text.slice(dot);
}
