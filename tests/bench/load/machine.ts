/**
 * Names the machine and the programs of a run, since a figure means little
 * without them, and says what to install where a program is missing.
 */

/** The programs that the bench uses, where they were found. */
export interface Programs {
  readonly wrk: string;
  readonly nginx?: string;
  readonly squid?: string;
  readonly mitmdump?: string;
}

/** One line of the report's top, and of its JSON. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** Daemons live in folders that a user's PATH often leaves out. */
const EXTRA_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/**
 * Finds the programs.
 *
 * @throws {Error} when one is missing that every row needs.
 */
export function findPrograms(): Programs {
  const wrk = find("wrk");
  if (wrk === undefined || find("taskset") === undefined) {
    const missing = wrk === undefined
      ? "wrk (package wrk)"
      : "taskset (package util-linux)";
    throw new Error(`Cannot measure: install ${missing}`);
  }
  if (navigator.hardwareConcurrency < 2) {
    throw new Error("Cannot measure: one core, wanted two");
  }
  const nginx = find("nginx");
  const squid = find("squid");
  const mitmdump = find("mitmdump");
  return {
    wrk,
    ...(nginx && { nginx }),
    ...(squid && { squid }),
    ...(mitmdump && { mitmdump }),
  };
}

/** Describes the machine and asks the programs for their versions. */
export async function describeMachine(programs: Programs): Promise<Machine> {
  const cpuInfo = await Deno.readTextFile("/proc/cpuinfo");
  const versions: Record<string, string> = {
    Deno: Deno.version.deno,
    V8: Deno.version.v8,
    wrk: await versionOf(programs.wrk, /wrk \S*?(\d[\d.]+)/),
  };
  if (programs.nginx !== undefined) {
    versions.nginx = await versionOf(programs.nginx, /nginx\/(\S+)/);
  }
  if (programs.squid !== undefined) {
    versions.Squid = await versionOf(programs.squid, /Version (\S+)/);
  }
  if (programs.mitmdump !== undefined) {
    const pattern = /Mitmproxy: (\S+)/;
    versions.mitmproxy = await versionOf(
      programs.mitmdump,
      pattern,
      "--version",
    );
  }
  return {
    cpu: /^model name\s*: (.*)$/m.exec(cpuInfo)?.[1] ?? Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    memoryGib: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    kernel: Deno.osRelease(),
    versions,
  };
}

function find(program: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter(Boolean);
  return [...folders, ...EXTRA_FOLDERS]
    .map((folder) => `${folder}/${program}`)
    .find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** All but one print their version with `-v`; wrk exits with 1 after it. */
async function versionOf(
  program: string,
  pattern: RegExp,
  flag = "-v",
): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(program, { args: [flag] })
    .output();
  const text = new TextDecoder().decode(stdout) +
    new TextDecoder().decode(stderr);
  return pattern.exec(text)?.[1] ?? "unknown";
}
