/** A certificate for an origin that plays along, of an authority made for it; no program is needed. */

import { readAuthority } from "../../src/mitm/authority.ts";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";

/** PEM texts. */
export interface OriginCertificate {
  readonly cert: string;
  readonly key: string;
  /** Who has signed it. */
  readonly authority: string;
}

/** A certificate for that name or address. */
export async function originCertificate(
  host: string,
): Promise<OriginCertificate> {
  const nowMs = Date.now();
  const pem = await newAuthority({ nowMs });
  const issuer = await LeafIssuer.create(await readAuthority(pem, nowMs));
  const { certPem, keyPem } = await issuer.issue(certifiedName(host), nowMs);
  return { cert: certPem, key: keyPem, authority: pem.certPem };
}
