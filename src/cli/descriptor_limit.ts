/**
 * How many file descriptors the process may have. The system tells it in /proc, into which the
 * runtime lets only a program that may do everything. A process that this one starts has its
 * limits, and may be one that looks there.
 */

import { denoProgram, mayOpenInProc } from "../sandbox/own_permissions.ts";

const LIMITS = "/proc/self/limits";
/** All that the other process does. */
const SHOW_LIMITS = `console.log(Deno.readTextFileSync("${LIMITS}"))`;
/** The usual soft limit of Linux. */
const USUAL = 1024;
/** OPEN_MAX of macOS, up to which the runtime raises the limit there. */
const USUAL_ON_MACOS = 10_240;

/** A number of descriptors, and whether the system has told it. */
export interface DescriptorLimit {
  readonly limit: number;
  readonly isAssumed: boolean;
}

/** The limit of this process. Whoever sits at a terminal is not asked for a permission. */
export function descriptorLimit(): DescriptorLimit {
  const { os } = Deno.build;
  // Windows has no such limit.
  if (os === "windows") return { limit: Infinity, isAssumed: false };
  if (os === "darwin") return { limit: USUAL_ON_MACOS, isAssumed: true };
  const limits = mayOpenInProc("read", LIMITS) ? ownLimits() : limitsOfChild();
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined
    ? { limit: USUAL, isAssumed: true }
    : { limit: Number(soft), isAssumed: false };
}

function ownLimits(): string {
  try {
    return Deno.readTextFileSync(LIMITS);
  } catch (error) {
    // /proc is not there.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "";
  }
}

/** Empty where none may be started, or it does not tell. */
function limitsOfChild(): string {
  const program = denoProgram();
  if (program === undefined) return "";
  const command = new Deno.Command(program, {
    args: ["eval", "--no-config", "--no-lock", SHOW_LIMITS],
    env: { DENO_NO_UPDATE_CHECK: "1", DENO_NO_PACKAGE_JSON: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  });
  try {
    return new TextDecoder().decode(command.outputSync().stdout);
  } catch (error) {
    // It is not where programs are looked for.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "";
  }
}
