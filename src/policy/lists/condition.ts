/**
 * What an entry asks of a request beside its host: a port, a scheme, a path, or a host that
 * fits a glob. Every part is compiled once; judging allocates nothing.
 */

import type { TextTest } from "../glob.ts";
import type { Subject } from "../subject.ts";

/** What lists look at of a request; in canonical form, see {@linkcode Subject}. */
export type ListSubject = Pick<
  Subject,
  "phase" | "scheme" | "host" | "port" | "pathKey"
>;

/** What must be so; each part that is there. */
export interface Condition {
  readonly hostFits?: TextTest | undefined;
  readonly port?: number | undefined;
  readonly scheme?: "http" | "https" | undefined;
  readonly pathFits?: TextTest | undefined;
}

/** Whether all of a condition is so. In a CONNECT no path fits, and any scheme does. */
export function conditionFits(
  { hostFits, port, scheme, pathFits }: Condition,
  subject: ListSubject,
): boolean {
  if (port !== undefined && port !== subject.port) return false;
  if (hostFits !== undefined && !hostFits(subject.host)) return false;
  if (subject.phase === "connect") return pathFits === undefined;
  if (scheme !== undefined && scheme !== subject.scheme) return false;
  return pathFits === undefined || pathFits(subject.pathKey);
}
