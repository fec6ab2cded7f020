/**
 * `sluice run`: a proxy as a process. Settings, data folder, another port where one is
 * taken, signals, drain, exit codes: 0 after a drain, 1 for a start that failed, 2 for a
 * wrong option.
 */

import {
  OptionError,
  type ResolvedSettings,
  resolveSettings,
  type Settings,
} from "../config.ts";
import { openProgramLog, programLogger } from "../log/program_log.ts";
import { openAdminToken } from "../admin/admin_token.ts";
import { type DataFolder, holdDataFolder } from "./data_folder.ts";
import { isOpenToAll, postureText } from "./posture.ts";
import { settingViews } from "./setting_views.ts";
import { type RunningProxy, startProxy } from "./start_proxy.ts";
import { stayUp } from "./stay_up.ts";

/** Runs a proxy until a signal ends it. Resolves with the exit code. */
export async function run(args: string[]): Promise<number> {
  const isTerminal = Deno.stdout.isTerminal();
  let resolved: ResolvedSettings;
  try {
    resolved = readSettings(args, isTerminal);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(`sluice: ${error.message}`);
    return 2;
  }
  const { settings } = resolved;
  const programLog = openProgramLog({
    level: settings.logLevel,
    format: Deno.stderr.isTerminal() ? "pretty" : "json",
    colour: Deno.stderr.isTerminal() && !Deno.noColor,
  });
  try {
    return await serve(resolved, isTerminal);
  } catch (error) {
    console.error(`sluice: ${error instanceof Error ? error.message : error}`);
    return error instanceof OptionError ? 2 : 1;
  } finally {
    await programLog.close();
  }
}

function readSettings(args: string[], isTerminal: boolean): ResolvedSettings {
  return resolveSettings({
    args,
    env: Deno.env.toObject(),
    readConfigFile: (path) => Deno.readTextFileSync(path),
    isTerminal,
  });
}

async function serve(
  resolved: ResolvedSettings,
  isTerminal: boolean,
): Promise<number> {
  const { settings } = resolved;
  const folder = holdDataFolder(settings.dataDir);
  try {
    const proxy = await startOnSomePort(resolved, isTerminal);
    if (proxy === undefined) return 1;
    return await serveUntilSignal(proxy, folder, settings);
  } finally {
    folder.release();
  }
}

async function serveUntilSignal(
  proxy: RunningProxy,
  folder: DataFolder,
  settings: Settings,
): Promise<number> {
  const logger = programLogger("process");
  const stayingUp = stayUp((what, error) =>
    logger.error(`${what} that nobody handled: {error}`, { error })
  );
  folder.sayWhere(proxy.address);
  const signalled = firstSignal(() => {
    proxy.flushLogSync();
    Deno.exit(1);
  });
  console.log(`listening on ${proxy.address}`);
  if (isOpenToAll(settings)) logger.warn(postureText(settings));
  else logger.info(postureText(settings));
  try {
    await Promise.race([signalled.promise, proxy.served]).catch((error) =>
      logger.error("the listener failed: {error}", { error: String(error) })
    );
    logger.info("draining");
    const cut = await proxy.stop();
    if (cut > 0) {
      logger.warn(
        "connections cut because they did not end within --drain-timeout: {cut}",
        { cut },
      );
    }
    return signalled.isSignalled() ? 0 : 1;
  } finally {
    signalled.stopListening();
    stayingUp.stop();
  }
}

/** Resolves with the first SIGINT or SIGTERM, and calls `onSecond` for the second. */
function firstSignal(onSecond: () => void): {
  promise: Promise<void>;
  isSignalled: () => boolean;
  stopListening: () => void;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const signalled = () => {
    if (++count === 1) resolve();
    else onSecond();
  };
  const signals = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"] as const
    : ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, signalled);
  const stopListening = () => {
    for (const signal of signals) Deno.removeSignalListener(signal, signalled);
  };
  return { promise, isSignalled: () => count > 0, stopListening };
}

/** Starts, asking for another port on a terminal where one is taken. Undefined when there is none. */
async function startOnSomePort(
  resolved: ResolvedSettings,
  isTerminal: boolean,
): Promise<RunningProxy | undefined> {
  const { settings } = resolved;
  const console_ = { target: Deno.stdout, colour: isTerminal && !Deno.noColor };
  let { port } = settings;
  while (true) {
    try {
      return await startProxy(
        { ...settings, port },
        console_,
        undefined,
        openAdminToken(settings.dataDir),
        settingViews(resolved),
      );
    } catch (error) {
      const other = portAfter(error, { ...settings, port });
      if (other === undefined) return undefined;
      port = other;
    }
  }
}

function portAfter(
  error: unknown,
  { host, port }: Settings,
): number | undefined {
  if (!(error instanceof Error)) throw error;
  if (error instanceof Deno.errors.AddrInUse) {
    console.error(
      `sluice: Cannot listen on ${host}:${port}: the port is taken.`,
    );
    if (Deno.stdin.isTerminal() && Deno.stdout.isTerminal()) {
      return askForPort(port);
    }
    console.error(
      "Stop the other program, or choose another port with --port (0 takes any free one).",
    );
    return undefined;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    throw new Error(
      `Cannot listen on ${host}:${port}: not permitted. Ports below 1024 are the system's: choose a higher one with --port.`,
      { cause: error },
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    throw new Error(
      `Cannot listen on ${host}:${port}: this machine has no such address. Choose another with --host.`,
      { cause: error },
    );
  }
  throw error;
}

function askForPort(taken: number): number | undefined {
  while (true) {
    const answer = prompt(
      "Another port (empty to give up):",
      String(taken + 1),
    );
    if (answer === null || answer.trim() === "") return undefined;
    const port = Number(answer);
    if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
    console.error(
      `"${answer}" is no port: a whole number from 0 to 65535 is wanted.`,
    );
  }
}
