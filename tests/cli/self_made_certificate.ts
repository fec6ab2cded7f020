/** A certificate of the tests' own for loopback, made by openssl. */

import { join } from "@std/path";

/** PEM files in a folder that is removed on dispose. */
export interface SelfMadeCertificate extends AsyncDisposable {
  readonly certPath: string;
  readonly keyPath: string;
}

/** Makes a certificate for localhost and 127.0.0.1 that is its own authority. */
export async function selfMadeCertificate(): Promise<SelfMadeCertificate> {
  const folder = await Deno.makeTempDir({ prefix: "sluice_certificate_" });
  const certPath = join(folder, "cert.pem");
  const keyPath = join(folder, "key.pem");
  const { success, stderr } = await new Deno.Command("openssl", {
    args: [
      ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1".split(
        " ",
      ),
      ..."-noenc -days 2 -subj /CN=localhost".split(" "),
      ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-keyout", keyPath, "-out", certPath],
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return {
    certPath,
    keyPath,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
