/**
 * What a process and its children have used, from /proc: CPU time and
 * resident memory. See proc(5), and Documentation/scheduler/sched-stats.rst
 * of Linux for `schedstat`.
 */

/** USER_HZ: the unit of utime and stime, 100 on every Linux port in use. */
const TICKS_PER_SECOND = 100;

/** CPU used up to a moment; only the difference of two means anything. */
export interface CpuUsage {
  /** Nanoseconds of each live task, by its id. */
  readonly taskNs: ReadonlyMap<string, number>;
  /** utime and stime of the processes, ended threads included, in ns. */
  readonly ticksNs: number;
}

/** The process and all its descendants. */
export function processTree(pid: number): number[] {
  const children = taskIds(pid).flatMap((task) =>
    readProc(`${pid}/task/${task}/children`).split(" ").filter(Boolean)
  );
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

/** Reads the CPU time used so far by a process and its descendants. */
export function readCpuUsage(pid: number): CpuUsage {
  return readCpuOf(processTree(pid));
}

/** Reads the CPU time used so far by the descendants of a process alone. */
export function readChildrenCpuUsage(pid: number): CpuUsage {
  return readCpuOf(processTree(pid).slice(1));
}

function readCpuOf(tree: readonly number[]): CpuUsage {
  const tasks = tree.flatMap((member) =>
    taskIds(member).map((task) => `${member}/task/${task}`)
  );
  return {
    taskNs: new Map(tasks.map((task) => [task, readRunNs(task)])),
    ticksNs: tree.reduce((sum, member) => {
      return sum + parseStatNs(readProc(`${member}/stat`));
    }, 0),
  };
}

/**
 * CPU seconds between two readings. Takes the scheduler's nanoseconds; where
 * the kernel keeps none, or a thread ended and took its count along, the
 * ticks of 10 ms.
 */
export function cpuSecondsBetween(before: CpuUsage, after: CpuUsage): number {
  const isWhole = [...before.taskNs.keys()].every((id) => after.taskNs.has(id));
  const ns = total(after.taskNs) - total(before.taskNs);
  const ticksNs = after.ticksNs - before.ticksNs;
  return (isWhole && Number.isFinite(ns) ? ns : ticksNs) / 1e9;
}

/** Resident memory of a process and its descendants, in KiB. */
export function readResidentKib(pid: number): number {
  return processTree(pid).reduce((sum, member) => {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(`${member}/status`));
    return sum + Number(line?.[1] ?? 0);
  }, 0);
}

/**
 * utime and stime of a line of /proc/PID/stat, in ns. The process name before
 * them may hold anything, closing parentheses included.
 */
export function parseStatNs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return ticks / TICKS_PER_SECOND * 1e9;
}

/** NaN where the kernel was built without scheduler statistics. */
function readRunNs(task: string): number {
  return Number.parseInt(readProc(`${task}/schedstat`), 10);
}

function total(taskNs: ReadonlyMap<string, number>): number {
  return taskNs.values().reduce((sum, ns) => sum + ns, 0);
}

function taskIds(pid: number): string[] {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** The text of a file under /proc; empty when the process has ended. */
function readProc(path: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${path}`);
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}

/** ENOENT when it ended before the open, ESRCH between open and read. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    (error instanceof Error && "code" in error && error.code === "ESRCH");
}
