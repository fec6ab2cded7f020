/**
 * Which files of a folder are rules, in which order they run and what their rules are
 * called. Works on names alone.
 */

/** The name under which lists decide, in records and statistics. */
export const LISTS = "lists";
/** The name under which `--rate-limit` decides. */
export const RATE_LIMIT = "rate-limit";

/** True for the name of a file that holds a rule: `*.ts`, but no test and no declarations. */
export function isRuleFile(name: string): boolean {
  return name.endsWith(".ts") && !/(?:_test|\.test|\.d)\.ts$/.test(name) &&
    !name.startsWith(".");
}

/** What a rule is called by default: `10_no_ads.ts` is `no_ads`. */
export function ruleName(file: string): string {
  const stem = file.slice(file.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  return stem.replace(/^\d+[-_. ]+(?=.)/, "");
}

/** The order in which files run: by name, runs of digits by their value. */
export function compareRuleFiles(a: string, b: string): number {
  const [partsOfA, partsOfB] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(partsOfA.length, partsOfB.length); i++) {
    const order = compareParts(partsOfA[i]!, partsOfB[i]!);
    if (order !== 0) return order;
  }
  return partsOfA.length - partsOfB.length || compareText(a, b);
}

/** Runs of digits, and the characters between them. */
function parts(name: string): string[] {
  return name.match(/\d+|\D/g) ?? [];
}

function compareParts(a: string, b: string): number {
  if (!isDigits(a) || !isDigits(b)) return compareText(a, b);
  const [x, y] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return x.length - y.length || compareText(x, y);
}

function isDigits(text: string): boolean {
  return /^\d/.test(text);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
