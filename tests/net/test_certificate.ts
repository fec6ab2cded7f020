/**
 * A certificate of the test's own, made by openssl, that is its own authority. Who has
 * no openssl skips what needs one.
 */

import { isIP } from "node:net";

/** PEM texts. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** True when openssl can be run. */
export function hasOpenssl(): boolean {
  try {
    return new Deno.Command("openssl", { args: ["version"] }).outputSync()
      .success;
  } catch {
    // NotFound: there is none on this machine.
    return false;
  }
}

/** A certificate for those names and addresses, valid for a day. @throws {Error} when openssl fails. */
export async function makeCertificate(
  ...names: string[]
): Promise<TestCertificate> {
  const folder = await Deno.makeTempDir();
  try {
    await openssl(folder, names);
    const [cert, key] = await Promise.all([
      Deno.readTextFile(`${folder}/cert.pem`),
      Deno.readTextFile(`${folder}/key.pem`),
    ]);
    return { cert, key };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function openssl(folder: string, names: string[]): Promise<void> {
  const alternatives = names
    .map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(",");
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1" +
    ` -nodes -days 1 -keyout ${folder}/key.pem -out ${folder}/cert.pem` +
    ` -subj /CN=test -addext subjectAltName=${alternatives}` +
    " -addext basicConstraints=critical,CA:FALSE";
  const command = new Deno.Command("openssl", { args: args.split(" ") });
  const { success, stderr } = await command.output();
  if (success) return;
  throw new Error(
    `Cannot make a certificate: ${new TextDecoder().decode(stderr)}`,
  );
}
