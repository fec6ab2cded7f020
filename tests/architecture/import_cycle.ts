/** Finds a cycle among imports. */

/**
 * @param imports The files that each file imports.
 * @returns The files of one cycle, the first again at its end; undefined when
 * there is none.
 */
export function importCycle(
  imports: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const done = new Set<string>();
  for (const path of imports.keys()) {
    const cycle = cycleFrom(path, [], imports, done);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function cycleFrom(
  path: string,
  way: readonly string[],
  imports: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): string[] | undefined {
  const at = way.indexOf(path);
  if (at >= 0) return [...way.slice(at), path];
  if (done.has(path)) return undefined;
  for (const next of imports.get(path) ?? []) {
    const cycle = cycleFrom(next, [...way, path], imports, done);
    if (cycle !== undefined) return cycle;
  }
  done.add(path);
  return undefined;
}
