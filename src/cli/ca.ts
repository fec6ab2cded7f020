/**
 * `sluice ca export | show | rotate`: the certificate authority that clients have to trust
 * before their connections can be intercepted. What an authority is, and how it is kept,
 * is src/mitm's.
 */

import { resolve } from "@std/path";
import { OptionError } from "../config.ts";
import { type Authority, pemOf } from "../mitm/authority.ts";
import { AuthorityError } from "../mitm/authority_error.ts";
import { type AuthorityFiles, loadAuthority } from "../mitm/authority_files.ts";
import { type CaAction, type CaRequest, readCaRequest } from "./ca_request.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const ACTIONS: Readonly<
  Record<CaAction, (request: CaRequest) => Promise<number>>
> = { export: exportCertificate, show, rotate };

/**
 * Prints or writes the authority's certificate, describes it, or makes a new one.
 *
 * @param args `export [--out FILE] [--format pem|der]`, `show` or `rotate [--yes]`; an
 * operator's own authority by `--ca-cert` and `--ca-key`; and options of the proxy, such as
 * `--data DIR`.
 * @returns The exit code: 0, or 1 when it can't be done or was not wanted after all.
 * @throws {OptionError} for other arguments.
 */
export async function ca(args: readonly string[]): Promise<number> {
  const request = readCaRequest(args);
  try {
    return await ACTIONS[request.action](request);
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    console.error(`sluice: ${error.message}`);
    return 1;
  }
}

async function exportCertificate(request: CaRequest): Promise<number> {
  const { out, format } = request;
  if (out === undefined && format === "der" && Deno.stdout.isTerminal()) {
    throw new OptionError({
      option: "--out",
      got: undefined,
      wanted: "the path of a file",
      hint: "DER is not for a terminal",
    });
  }
  const { certificate } = await authorityOf(request);
  const bytes = format === "der"
    ? new Uint8Array(certificate.rawData)
    : new TextEncoder().encode(pemOf(certificate));
  if (out !== undefined) return await writeToFile(out, bytes);
  await writeToStdout(bytes);
  return 0;
}

async function show(request: CaRequest): Promise<number> {
  const { folder, own } = request;
  const authority = own === undefined
    ? await folder.peek()
    : await authorityOf(request);
  if (authority === undefined) {
    console.error(
      `sluice: Cannot show the certificate authority: there is none in "${folder.files.certPath}" yet. It is made when it is first needed, as by \`sluice ca export\`.`,
    );
    return 1;
  }
  console.log(description(authority, own ?? folder.files, own !== undefined));
  return 0;
}

async function rotate({ folder, own, isSure }: CaRequest): Promise<number> {
  if (own !== undefined) {
    throw new AuthorityError(
      `Cannot make a new certificate authority: the one in "${own.certPath}" ` +
        "is your own. Replace its files.",
    );
  }
  if (!isSure && !askWhetherSure()) {
    console.error("sluice: The certificate authority stays as it is.");
    return 1;
  }
  const { authority, keptPaths } = await folder.rotate();
  console.log(rotationText(authority, folder.files, keptPaths));
  return 0;
}

/** The operator's, or the folder's, made where there is none. */
async function authorityOf({ own, folder }: CaRequest): Promise<Authority> {
  if (own !== undefined) return await loadAuthority(own, Date.now());
  const found = await folder.peek();
  if (found !== undefined) return found;
  const made = await folder.open();
  const { certPath } = folder.files;
  console.error(`Made a new certificate authority: "${resolve(certPath)}".`);
  return made;
}

function description(
  { subject, fingerprint, notBeforeMs, notAfterMs }: Authority,
  { certPath, keyPath }: AuthorityFiles,
  isOperators: boolean,
): string {
  const days = Math.floor((notAfterMs - Date.now()) / DAY_MS);
  const rows = [
    ["Authority", isOperators ? "your own (--ca-cert)" : "made by Sluice"],
    ["Subject", subject],
    ["SHA-256 fingerprint", fingerprint],
    ["Not before", new Date(notBeforeMs).toISOString()],
    ["Not after", `${new Date(notAfterMs).toISOString()} (${days} days left)`],
    ["Certificate", resolve(certPath)],
    ["Key", resolve(keyPath)],
  ] as const;
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name}:`.padEnd(width) + value)
    .join("\n");
}

function rotationText(
  { subject, fingerprint }: Authority,
  { certPath }: AuthorityFiles,
  keptPaths: readonly string[],
): string {
  const kept = keptPaths.map((path) => `  ${resolve(path)}`).join("\n");
  return [
    `Made a new certificate authority: ${subject}`,
    `SHA-256 fingerprint: ${fingerprint}`,
    ...kept === "" ? [] : [`The old one is kept:\n${kept}`],
    "",
    "Next:",
    "  1. Restart the proxy; one that runs goes on with the old authority.",
    `  2. Let every client trust ${resolve(certPath)}`,
    "  3. Take the old authority out of the clients' trust, and delete its key.",
  ].join("\n");
}

/** @throws {OptionError} when there is nobody to ask. */
function askWhetherSure(): boolean {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new OptionError({
      option: "--yes",
      got: undefined,
      wanted: "to be given",
      message: "--yes: wants to be given where no terminal can be asked " +
        "whether to make a new certificate authority",
    });
  }
  return confirm(
    "Clients that trust the certificate authority in use will refuse " +
      "intercepted hosts until they trust the new one. Make a new one?",
  );
}

async function writeToStdout(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await Deno.stdout.write(bytes.subarray(at));
  }
}

async function writeToFile(path: string, bytes: Uint8Array): Promise<number> {
  try {
    await Deno.writeFile(path, bytes);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(
      `sluice: Cannot write the certificate to "${path}": ${error.message}`,
    );
    return 1;
  }
}
