/**
 * What the tests of src/mitm share: openssl, a folder for its files, and authorities as
 * operators bring them.
 */

import { join } from "@std/path";
import {
  type Authority,
  type AuthorityPem,
  readAuthority,
} from "../../src/mitm/authority.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";

/** How a program ended, and what it said. */
export interface Said {
  readonly success: boolean;
  readonly text: string;
}

/** Runs a program without input, standard output and error joined. */
export async function said(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Said> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Runs openssl with arguments parted by blanks. @throws {Error} when it fails. */
export async function openssl(line: string): Promise<string> {
  const { success, text } = await said("openssl", line.split(" "));
  if (success) return text;
  throw new Error(`Cannot run openssl ${line}: ${text}`);
}

/** Calls `use` with a new folder with `files` in it, which is removed afterwards. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "sluice_mitm_" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What {@link operatorsAuthority} makes. */
export interface OperatorsOptions {
  /** Options of `openssl genpkey`. */
  readonly key?: string;
  readonly days?: number;
  /** One `-addext` each. */
  readonly extensions?: readonly string[];
  /** Such as `/O=Example/CN=Root`; `/` for none. */
  readonly subject?: string;
  /** The text of a configuration file. Default: the system's. */
  readonly config?: string;
}

export const RSA_KEY = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";
export const EC_KEY = "-algorithm EC -pkeyopt ec_paramgen_curve:P-384";

/** A self-signed certificate made by openssl, an authority's unless `extensions` say otherwise. */
export async function operatorsAuthority(
  {
    key = EC_KEY,
    days = 30,
    extensions = [
      "basicConstraints=critical,CA:TRUE",
      "keyUsage=critical,keyCertSign,cRLSign",
    ],
    subject = "/O=Exämple/CN=Root",
    config,
  }: OperatorsOptions = {},
): Promise<AuthorityPem> {
  return await withFiles({ config: config ?? "" }, async (folder) => {
    const configured = config && `-config ${join(folder, "config")} `;
    const [keyPath, certPath] = [join(folder, "key"), join(folder, "cert")];
    await openssl(`genpkey ${key} -out ${keyPath}`);
    await openssl(
      `req -x509 -new -key ${keyPath} -days ${days} -subj ${subject} ` +
        `${configured ?? ""}-utf8 ${
          extensions.map((text) => `-addext ${text} `).join("")
        }` +
        `-out ${certPath}`,
    );
    return {
      certPem: await Deno.readTextFile(certPath),
      keyPem: await Deno.readTextFile(keyPath),
    };
  });
}

/** An authority below a root, by openssl: its chain leads to the root, which is the last. */
export async function intermediateAuthority(): Promise<
  AuthorityPem & { readonly rootPem: string }
> {
  const root = await operatorsAuthority({ key: RSA_KEY });
  const files = { "root.pem": root.certPem, "root.key": root.keyPem };
  return await withFiles({
    ...files,
    ext: "basicConstraints=critical,CA:TRUE,pathlen:0\n" +
      "keyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n" +
      "authorityKeyIdentifier=keyid\n",
  }, async (folder) => {
    const at = (name: string) => join(folder, name);
    await openssl(`genpkey ${EC_KEY} -out ${at("key")}`);
    await openssl(
      `req -new -key ${at("key")} -subj /CN=Intermediate -out ${at("csr")}`,
    );
    await openssl(
      `x509 -req -in ${at("csr")} -CA ${at("root.pem")} -CAkey ` +
        `${at("root.key")} -days 20 -extfile ${at("ext")} -out ${at("cert")}`,
    );
    const certPem = await Deno.readTextFile(at("cert")) + root.certPem;
    const keyPem = await Deno.readTextFile(at("key"));
    return { certPem, keyPem, rootPem: root.certPem };
  });
}

/** A new authority of the proxy's own, ready to sign. */
export async function ownAuthority(
  nowMs = Date.now(),
  permittedNames?: readonly string[],
): Promise<Authority> {
  return await readAuthority(
    await newAuthority({ nowMs, permittedNames }),
    nowMs,
  );
}
