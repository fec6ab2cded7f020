/**
 * A process of its own that opens the authority in the folder that it is given, and says
 * its fingerprint.
 */

import { AuthorityFolder } from "../../src/mitm/authority_folder.ts";

if (import.meta.main) {
  const [path = ""] = Deno.args;
  console.log((await new AuthorityFolder(path).open()).fingerprint);
}
