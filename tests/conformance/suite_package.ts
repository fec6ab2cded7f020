/**
 * Gets the npm package http-cache-tests, in which others ask a cache hundreds
 * of questions about RFC 9111. Only the package itself is unpacked: all that
 * its tests, its client and its origin import lies within it; what it declares
 * as dependencies (npm among them) serves its own command line. It comes to lie
 * in a node_modules folder, which Deno's tools pass over. Knows nothing of what
 * is in the package.
 */

import { fromFileUrl, join } from "@std/path";

/** The version that is run. {@linkcode INTEGRITY} changes with it. */
export const SUITE_VERSION = "0.4.5";

/** The SHA-512 of the package's archive, written as in a lock file. */
const INTEGRITY =
  "sha512-DjuwN9nUZXLTW+wav1LRESCZNVxl8SshwOy4z1pxuWbWt5/ay6sM9QQ1lebBaDO6P1IMBoK6mdf+PuVP/QNL8A==";

const MODULES_FOLDER = fromFileUrl(new URL("./node_modules", import.meta.url));

/**
 * The folder of the unpacked package. Asks npm for it once; later runs need no
 * network.
 *
 * @throws {Error} when npm or tar is missing or fails, or when the archive is
 * not the one that is pinned.
 */
export async function installedSuite(): Promise<string> {
  const folder = join(MODULES_FOLDER, `http-cache-tests-${SUITE_VERSION}`);
  if (await isFolder(folder)) return folder;
  await Deno.mkdir(MODULES_FOLDER, { recursive: true });
  const work = await Deno.makeTempDir({ dir: MODULES_FOLDER, prefix: ".new-" });
  try {
    const archive = await downloadedArchive(work);
    await assertIntegrity(await Deno.readFile(archive), INTEGRITY);
    await succeed("tar", ["-xzf", archive, "-C", work]);
    await Deno.rename(join(work, "package"), folder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return folder;
}

/**
 * Compares an archive with the digest that a lock file would hold.
 *
 * @throws {Error} when they differ.
 */
export async function assertIntegrity(
  archive: Uint8Array<ArrayBuffer>,
  wanted: string,
): Promise<void> {
  const digest = await crypto.subtle.digest("SHA-512", archive);
  const found = `sha512-${new Uint8Array(digest).toBase64()}`;
  if (found === wanted) return;
  throw new Error(
    `Cannot use the archive: its digest is ${found}, wanted ${wanted}`,
  );
}

async function downloadedArchive(folder: string): Promise<string> {
  const package_ = `http-cache-tests@${SUITE_VERSION}`;
  await succeed("npm", ["pack", package_, "--pack-destination", folder]);
  return join(folder, `http-cache-tests-${SUITE_VERSION}.tgz`);
}

async function succeed(program: string, args: string[]): Promise<void> {
  const command = `${program} ${args.join(" ")}`;
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args, stdin: "null" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot run "${command}": "${program}" is not installed`);
  }
  if (output.success) return;
  const said = new TextDecoder().decode(output.stderr);
  throw new Error(`Cannot run "${command}": it ended with ${output.code}
${said}`);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
