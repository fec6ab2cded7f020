/**
 * Sets interception up from the settings. Where the operator has named hosts, the authority
 * is opened at the start; where only a rule may ask for it, when one first does. What makes
 * certificates is loaded with it, and not before.
 */

import { join, resolve } from "@std/path";
import type { Settings } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import type { Leaves, LeavesOptions } from "../mitm/open_leaves.ts";
import { Interception } from "../proxy/interception.ts";

/** Interception, and what clients have to trust for it. */
export interface OpenInterception {
  readonly interception: Interception;
  /** The authority's certificate in PEM; undefined while there is none. */
  readonly authorityPem: () => Promise<string | undefined>;
}

/**
 * Sets interception up, and says so where it is on.
 *
 * @throws {AuthorityError} when the authority is wanted at once and can't be used.
 */
export async function openInterception(
  settings: Settings,
): Promise<OpenInterception> {
  const { interceptHosts, interceptExceptions } = settings;
  const logger = programLogger("intercept");
  const options = leavesOptions(settings);
  let opened: Leaves | undefined;
  const open = async () => {
    // Some 80 ms, which only interception is worth.
    const { openLeaves } = await import("../mitm/open_leaves.ts");
    return opened = await openLeaves(options);
  };
  if (interceptHosts.length > 0) sayOn(settings, await open());
  const interception = new Interception({
    hosts: interceptHosts,
    exceptions: interceptExceptions,
    openLeaves: async () => {
      try {
        return opened ?? await open();
      } catch (error) {
        logger.error("{error}", { error: messageOf(error) });
        throw error;
      }
    },
    onRefusal: ({ ip }, host, reason) =>
      logger.warn(
        "{client} does not take the certificate made for {host} ({reason}): it " +
          "is not intercepted there for ten minutes. Let the client trust the " +
          "authority, or name the host in --no-intercept.",
        { client: ip, host, reason },
      ),
  });
  return {
    interception,
    authorityPem: async () => opened?.certPem ?? await readPem(options),
  };
}

function leavesOptions(settings: Settings): LeavesOptions {
  const { dataDir, ownCa, caNames } = settings;
  return {
    folder: join(dataDir, "ca"),
    own: ownCa,
    permittedNames: caNames.length === 0 ? undefined : caNames,
  };
}

function sayOn({ interceptHosts }: Settings, leaves: Leaves): void {
  programLogger("intercept").info(
    "TLS of {hosts} is intercepted; clients have to trust the authority in {path} (SHA-256 {fingerprint})",
    {
      hosts: interceptHosts.join(", "),
      path: resolve(leaves.certPath),
      fingerprint: leaves.fingerprint,
    },
  );
}

/** The first certificate of the authority's file, which is public whatever else is beside it. */
async function readPem(
  { folder, own }: LeavesOptions,
): Promise<string | undefined> {
  const path = own?.certPath ?? join(folder, "ca.pem");
  try {
    const text = await Deno.readTextFile(path);
    const [block] = CERTIFICATE.exec(text) ?? [];
    return block && `${block}\n`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
