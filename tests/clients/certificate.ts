/**
 * A self-made certificate for the TLS origins of these tests, by openssl: for
 * localhost and 127.0.0.1, valid for two days, signed by itself.
 */

import { succeed, type TemporaryFolder } from "./strangers.ts";

/** A certificate in force, as text and as files. */
export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  readonly certPath: string;
  readonly keyPath: string;
}

/** Makes a certificate in `folder`. Needs the program openssl. */
export async function makeCertificate(
  folder: TemporaryFolder,
): Promise<Certificate> {
  const certPath = folder.file("origin.crt");
  const keyPath = folder.file("origin.key");
  await succeed("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"],
    ...["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    // Some clients take no authority's certificate for a server's own.
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", keyPath, "-out", certPath],
  ]);
  const [cert, key] = await Promise.all([
    Deno.readTextFile(certPath),
    Deno.readTextFile(keyPath),
  ]);
  return { cert, key, certPath, keyPath };
}
