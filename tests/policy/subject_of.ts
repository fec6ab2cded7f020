/**
 * Subjects for tests: a GET of http://www.example.com/ from 192.0.2.7 on Monday, 2 February
 * 2026, noon by local time, but for what a test says.
 */

import { Fields } from "../../src/http1/fields.ts";
import {
  MessageSubject,
  type SubjectSource,
} from "../../src/policy/message_subject.ts";

/** What a test says of its subject. */
export interface SubjectParts
  extends Partial<Omit<SubjectSource, "client" | "fields" | "nowMs">> {
  readonly ip?: string;
  readonly user?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Makes it a response of that Content-Type; `""` for none. */
  readonly responseType?: string;
  readonly now?: Date;
}

/** Fields in that order. */
export function fieldsOf(
  headers: readonly (readonly [name: string, value: string])[],
): Fields {
  const fields = new Fields();
  for (const [name, value] of headers) fields.append(name, value);
  return fields;
}

/** A subject with those parts. */
export function subjectOf(parts: SubjectParts = {}): MessageSubject {
  const { ip = "192.0.2.7", user, headers = [], now, responseType } = parts;
  const subject = new MessageSubject({
    phase: parts.phase ?? "request",
    method: parts.method ?? "GET",
    scheme: parts.scheme ?? "http",
    host: parts.host ?? "www.example.com",
    port: parts.port ?? 80,
    target: parts.target ?? "/",
    client: { ip, user },
    fields: fieldsOf(headers),
    nowMs: (now ?? new Date(2026, 1, 2, 12)).getTime(),
  });
  if (responseType === undefined) return subject;
  subject.enterResponse(
    fieldsOf(responseType === "" ? [] : [["Content-Type", responseType]]),
  );
  return subject;
}
