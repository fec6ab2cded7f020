/**
 * The store of certificates that Chromium looks at on Linux, in a home folder of its own: as the
 * page /ca tells people to let it trust. Needs the program certutil.
 */

import { join } from "@std/path";
import { succeed } from "./strangers.ts";

/** Makes the home folder `home` of somebody who trusts the authority in that PEM file. */
export async function trustInNssStore(
  home: string,
  caPath: string,
): Promise<void> {
  const folder = join(home, ".pki", "nssdb");
  await Deno.mkdir(folder, { recursive: true });
  await succeed("certutil", [
    ...["-d", `sql:${folder}`, "-A", "-t", "C,,", "-n", "Sluice"],
    ...["-i", caPath],
  ]);
}
