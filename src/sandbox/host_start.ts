/**
 * Starts a session and waits until its rules are loaded. A host that hangs or ends over
 * that names the file at fault.
 */

import {
  HostSession,
  type SessionEnd,
  type SessionOptions,
  type SessionOwner,
} from "./host_session.ts";
import type { Marked } from "./mark.ts";
import type { LoadedMessage } from "./protocol.ts";
import { RuleSetError } from "./rule_set_error.ts";

/** How long a set may take to load, in ms. */
export const LOAD_MS = 5_000;

/** A session that loads its rules. */
export interface Starting {
  readonly session: HostSession;
  /** Rejects with {@link RuleSetError}; then the session has ended, and its owner did not hear of it. */
  readonly loaded: Promise<LoadedMessage>;
}

/** Starts a session. */
export function startSession(
  options: SessionOptions,
  owner: Omit<SessionOwner, "loaded">,
): Starting {
  const { promise: loaded, resolve, reject } = Promise.withResolvers<
    LoadedMessage
  >();
  let isLoading = true;
  const done = () => {
    isLoading = false;
    clearTimeout(timer);
  };
  const session = new HostSession(options, {
    ...owner,
    loaded: (message) => {
      done();
      resolve(message);
    },
    ended: (end, marked, calls) => {
      if (!isLoading) return owner.ended(end, marked, calls);
      done();
      reject(new RuleSetError([problemOf(options.files, end, marked)]));
    },
  });
  const timer = setTimeout(() => session.end("hung"), LOAD_MS);
  return { session, loaded };
}

const ENDINGS: Readonly<Record<SessionEnd, string>> = {
  exited: "loading it ended the rule host (more memory than it may have?)",
  hung: `loading it took more than ${LOAD_MS / 1000} s`,
  memory: "loading it took too much memory",
  protocol: "loading it disturbed the rule host",
  closed: "loading it was cut short",
};

function problemOf(files: readonly string[], end: SessionEnd, marked: Marked) {
  const file = files[(marked.running?.id ?? 0) - 1] ?? files[0] ?? "";
  return { file, message: `Cannot load it: ${ENDINGS[end]}` };
}
