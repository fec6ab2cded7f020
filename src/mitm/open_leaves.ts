/**
 * An authority opened for interception: what is shown to clients in place of the origins'
 * certificates. Whoever may do without imports this when it is needed: it takes some 80 ms.
 */

import type { SecureContext } from "node:tls";
import { type Authority, pemOf } from "./authority.ts";
import { loadAuthority, operatorsFiles } from "./authority_files.ts";
import { AuthorityFolder } from "./authority_folder.ts";
import { certifiedName } from "./certified_name.ts";
import { LeafCache, type LeafUsage } from "./leaf_cache.ts";
import { LeafIssuer } from "./leaf_issuer.ts";

/** Which authority signs. */
export interface LeavesOptions {
  /** The folder of the proxy's own; made where it is missing. */
  readonly folder: string;
  /** The PEM files of an operator's own, in its place. */
  readonly own:
    | { readonly certPath: string; readonly keyPath: string }
    | undefined;
  /** The names that a new authority may sign for: see AuthorityFolder. Default: all. */
  readonly permittedNames?: readonly string[] | undefined;
}

/** Certificates for any host that the authority may sign for. */
export interface Leaves {
  /** The authority's certificate for clients to trust, in PEM. */
  readonly certPem: string;
  readonly certPath: string;
  /** SHA-256 of the certificate, `AB:CD:…`. */
  readonly fingerprint: string;
  /** Whether clients would take a certificate for that host; false for what is no host. */
  permits(host: string): boolean;
  /**
   * The certificate for a host, and its key, as node:tls takes them.
   *
   * @throws {AuthorityError} when the authority has expired.
   */
  secureContext(host: string): Promise<SecureContext>;
  /** What is kept of them. */
  usage(): LeafUsage;
}

/**
 * Opens the authority, and makes the one in the folder if it is not there.
 *
 * @throws {AuthorityError} when it can't be used.
 */
export async function openLeaves(options: LeavesOptions): Promise<Leaves> {
  const { folder, own, permittedNames } = options;
  const ownFolder = new AuthorityFolder(folder, { permittedNames });
  const authority = own === undefined
    ? await ownFolder.open()
    : await loadAuthority(
      operatorsFiles(own.certPath, own.keyPath),
      Date.now(),
    );
  const leaves = new LeafCache(await LeafIssuer.create(authority));
  return {
    certPem: pemOf(authority.certificate),
    certPath: (own ?? ownFolder.files).certPath,
    fingerprint: authority.fingerprint,
    permits: (host) => isPermitted(authority, host),
    secureContext: (host) => leaves.secureContext(host),
    usage: () => leaves.usage,
  };
}

function isPermitted({ permits }: Authority, host: string): boolean {
  try {
    return permits(certifiedName(host));
  } catch (error) {
    // No certificate can be for it.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
