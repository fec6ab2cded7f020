/**
 * Tests that need a program of the system. Where it is missing the test is
 * skipped and its name says why; with SLUICE_TEST_NO_SKIP set it fails, so that
 * a machine that should have everything can't skip anything unseen.
 */

/** What is missing for a test, if anything is. */
export interface Requirement {
  /** Whether the test has to be skipped. */
  readonly ignore: boolean;
  /** For example "no squid here"; "" when nothing is missing. */
  readonly reason: string;
}

/**
 * Looks for programs on the PATH.
 *
 * @throws {Error} When one is missing and SLUICE_TEST_NO_SKIP is set.
 *
 * @example
 * ```ts
 * import { requirement } from "./requirement.ts";
 * const { ignore, reason } = requirement(["curl"]);
 * Deno.test({ name: `curl gets a page ${reason}`, ignore, fn: () => {} });
 * ```
 */
export function requirement(programs: readonly string[]): Requirement {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0) return { ignore: false, reason: "" };
  const reason = `no ${missing.join(", no ")} here`;
  if (Deno.env.get("SLUICE_TEST_NO_SKIP")) {
    throw new Error(
      `Cannot run the test: ${reason}, and SLUICE_TEST_NO_SKIP is set. Install what is missing.`,
    );
  }
  return { ignore: true, reason };
}

/** Registers a test that runs where all `programs` are installed. */
export function testWith(
  programs: readonly string[],
  name: string,
  fn: (context: Deno.TestContext) => Promise<void> | void,
): void {
  let needed: Requirement;
  try {
    needed = requirement(programs);
  } catch (error) {
    Deno.test(name, () => {
      throw error;
    });
    return;
  }
  const { ignore, reason } = needed;
  Deno.test({
    name: ignore ? `${name} (skipped: ${reason})` : name,
    ignore,
    fn,
  });
}

function isOnPath(program: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.some((folder) => isExecutable(`${folder}/${program}`));
}

function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.PermissionDenied
    ) return false;
    throw error;
  }
}
