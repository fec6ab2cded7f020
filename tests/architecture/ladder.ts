/**
 * Who may import whom: each part has a step, and imports only go down. Parts of
 * one step keep apart.
 */

/** The steps from the bottom up. */
export const STEPS: readonly (readonly string[])[] = [
  ["errors"],
  ["http1"],
  ["policy", "cache", "net", "log"],
  ["sandbox", "stats", "mitm"],
  ["proxy"],
  ["admin"],
  ["config"],
  ["cli"],
  ["main"],
];

/** What the ladder alone would allow. */
const ONLY_FOR: Readonly<Record<string, readonly string[]>> = {
  config: ["cli", "main"],
};

/**
 * The part that a path belongs to: its folder or file under src/, or "main".
 * Undefined for what stands beside the ladder: src/std, and what is no source.
 */
export function partOf(path: string): string | undefined {
  if (path === "main.ts") return "main";
  const part = /^src\/([^/.]+)(?:\/.*)?(?:\.ts)?$/.exec(path)?.[1];
  return part === "std" ? undefined : part;
}

/** What is wrong with an import from one path to another, or undefined. */
export function importBreach(from: string, to: string): string | undefined {
  const [importer, imported] = [partOf(from), partOf(to)];
  if (importer === undefined) return besideBreach(from, to);
  if (imported === undefined) return outsideBreach(from, to);
  if (importer === imported) return undefined;
  const [high, low] = [stepOf(importer), stepOf(imported)];
  if (high < 0) return `${importer} has no step on the ladder`;
  if (low < 0) return `${imported} has no step on the ladder`;
  if (low > high) {
    return `${importer} must not import ${imported}: imports go down`;
  }
  if (low === high) {
    return `${importer} and ${imported} don't import each other`;
  }
  const allowed = ONLY_FOR[imported];
  if (allowed === undefined || allowed.includes(importer)) return undefined;
  return `${imported} is for ${
    allowed.join(" and ")
  } only, not for ${importer}`;
}

/** src/std stands in for published packages, which know nothing of the project. */
function besideBreach(from: string, to: string): string | undefined {
  if (!from.startsWith("src/std/") || to.startsWith("src/std/")) {
    return undefined;
  }
  return `src/std must not import ${to}: it knows nothing of the project`;
}

/** The project's own JSON may be imported by anyone, a package's file by its name. */
function outsideBreach(from: string, to: string): string | undefined {
  if (to === "deno.json") return undefined;
  return `${from} must not import ${to}: it is neither in src/ nor a package`;
}

function stepOf(part: string): number {
  return STEPS.findIndex((step) => step.includes(part));
}
