/**
 * Opens what decides who may use the proxy: ranges of clients, the password file, which is
 * read anew when it changes, and the thread that checks passwords.
 */

import { Worker } from "node:worker_threads";
import type { Settings } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import { Authenticator } from "../policy/authenticator.ts";
import { IpRangeSet } from "../policy/ip_range_set.ts";
import { PasswordChecker } from "../policy/password_checker.ts";
import { PasswordFile, PasswordFileError } from "../policy/password_file.ts";
import type { Access } from "../proxy/admit.ts";
import { FileWatch } from "./file_watch.ts";

/** How many bytes a password file may have: a hundred thousand users take less. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Who may use the proxy, and what keeps that so. */
export interface OpenAccess {
  /** Undefined where nothing is limited. */
  readonly access: Access | undefined;
  /** Stops watching the file, and ends the thread. */
  close(): Promise<void>;
}

/** What a test sets; the defaults are right elsewhere. */
export interface OpenAccessOptions {
  /** Whether an Authorization field shows the administrator's token. Default: none does. */
  readonly isAdministrator?: Access["isAdministrator"];
  /** How often the password file is looked at, in ms. Default: see FileWatch. */
  readonly lookMs?: number;
}

/**
 * Opens it.
 *
 * @throws {Error} for a password file that can't be read or used.
 */
export function openAccess(
  settings: Settings,
  { isAdministrator = () => false, lookMs }: OpenAccessOptions = {},
): OpenAccess {
  const { authPath, allowClients, connectPorts } = settings;
  const users = authPath === undefined
    ? undefined
    : openUsers(authPath, lookMs);
  const clients = allowClients.length === 0
    ? undefined
    : new IpRangeSet(allowClients, "--allow-client");
  const isAnyPort = connectPorts.some(({ first, last }) =>
    first === 1 && last === 65535
  );
  const isLimited = users !== undefined || clients !== undefined || !isAnyPort;
  const { authenticator } = users ?? {};
  return {
    access: isLimited
      ? { clients, authenticator, isAdministrator, connectPorts }
      : undefined,
    close: users?.close ?? (() => Promise.resolve()),
  };
}

interface Users {
  readonly authenticator: Authenticator;
  readonly close: () => Promise<void>;
}

function openUsers(path: string, lookMs: number | undefined): Users {
  const program = new URL("../policy/password_worker.ts", import.meta.url);
  const checker = new PasswordChecker(() => new Worker(program));
  const authenticator = new Authenticator(readUsers(path), {
    now: () => performance.now(),
    check: (hash, password) => checker.check(hash, password),
  });
  const watch = new FileWatch(
    [path],
    () => reread(path, authenticator),
    lookMs,
  );
  const close = async () => {
    watch.close();
    await checker.close();
  };
  return { authenticator, close };
}

function readUsers(path: string): PasswordFile {
  try {
    return new PasswordFile(readText(path));
  } catch (error) {
    if (!(error instanceof PasswordFileError)) throw error;
    throw new Error(`${error.message} (--auth-file "${path}").`, {
      cause: error,
    });
  }
}

function readText(path: string): string {
  try {
    const { size } = Deno.statSync(path);
    if (size <= MAX_BYTES) return Deno.readTextFileSync(path);
    throw new Error(`it has more than ${MAX_BYTES} bytes`);
  } catch (cause) {
    throw new Error(
      `Cannot read the password file of --auth-file, "${path}": ${
        messageOf(cause)
      }.`,
      { cause },
    );
  }
}

/** Who is not in the file any more is out with the next request; a file that can't be used changes nothing. */
function reread(path: string, authenticator: Authenticator): void {
  const logger = programLogger("access");
  try {
    const file = readUsers(path);
    authenticator.useFile(file);
    logger.info("{path} was read anew: {users} users", {
      path,
      users: file.size,
    });
  } catch (error) {
    logger.error("{error} The users stay as they were.", {
      error: messageOf(error),
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
