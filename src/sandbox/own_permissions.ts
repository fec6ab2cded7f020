/**
 * What this process itself may do, found out without a question: where the runtime lacks a
 * permission on a terminal, it stops and asks whoever sits there. What the rules may do is not
 * known here.
 */

/** All that `-A` grants. */
const KINDS: readonly Deno.PermissionDescriptor["name"][] = [
  "read",
  "write",
  "net",
  "env",
  "run",
  "ffi",
  "sys",
  "import",
];

/**
 * Whether a file below `/proc` may be opened. The runtime lets only a program that may do
 * everything, whatever paths it was given (Deno 2.9.6).
 */
export function mayOpenInProc(access: "read" | "write", path: string): boolean {
  return KINDS.every((name) => isGranted({ name })) &&
    isGranted({ name: access, path });
}

/**
 * What to start for another Deno: its own path, or where that may not be run the name that a
 * permission for "deno" is for. Undefined where neither may, and for a compiled program, which is none.
 */
export function denoProgram(): string | undefined {
  if (Deno.build.standalone) return undefined;
  return [Deno.execPath(), "deno"].find((command) =>
    isGranted({ name: "run", command })
  );
}

/** Granted in part (`-A --deny-read=PATH`) is not granted. */
function isGranted(permission: Deno.PermissionDescriptor): boolean {
  const { state, partial } = Deno.permissions.querySync(permission);
  return state === "granted" && !partial;
}
