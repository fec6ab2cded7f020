/**
 * A disk of a few megabytes, for tests that fill one: a tmpfs, which only root may mount. Where
 * that is not allowed they are skipped, as where a program is missing (see requirement.ts).
 */

import { TemporaryFolder } from "../clients/strangers.ts";

/** A mounted disk. Disposing unmounts it. */
export class SmallDisk implements Disposable {
  readonly path: string;
  readonly #folder = new TemporaryFolder();

  /**
   * @param inodes How many files and folders there may be, itself among them. 0: any number.
   * @throws {Error} when it can't be mounted.
   */
  constructor(mebibytes: number, inodes = 0) {
    this.path = this.#folder.path;
    const size = `size=${mebibytes}m,nr_inodes=${inodes}`;
    run("mount", ["-t", "tmpfs", "-o", size, "tmpfs", this.path]);
  }

  [Symbol.dispose](): void {
    run("umount", [this.path]);
    this.#folder[Symbol.dispose]();
  }
}

/** Registers a test that runs where disks can be mounted. */
export function testWithSmallDisk(name: string, fn: () => Promise<void>): void {
  const isAllowed = mayMount() || Deno.env.has("SLUICE_TEST_NO_SKIP");
  const suffix = isAllowed ? "" : " (skipped: no disk can be mounted here)";
  Deno.test({ name: `${name}${suffix}`, ignore: !isAllowed, fn });
}

function mayMount(): boolean {
  try {
    new SmallDisk(1)[Symbol.dispose]();
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

function run(program: string, args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  if (success) return;
  const said = new TextDecoder().decode(stderr);
  throw new Error(`Cannot ${program} a disk: ${said}`);
}
