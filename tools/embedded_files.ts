/**
 * What the program opens at run time beside its modules. `deno compile` embeds
 * what is imported by itself; a file that is read through its URL has to be
 * named here, or the executable lacks it.
 */

/** Files and folders (ending with "/"), from the root of the checkout. */
export const EMBEDDED_FILES: readonly string[] = [
  // `init` writes it out as the types of a rules folder.
  "src/policy/rule.ts",
  "src/policy/password_worker.ts",
  "src/sandbox/host.ts",
];
