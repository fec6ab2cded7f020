/** Subjects for tests of lists, made from a URL as a client would send it. */

import type { MessageSubject } from "../../../src/policy/message_subject.ts";
import { subjectOf } from "../subject_of.ts";

/** A GET of `http://HOST:PORT/PATH`, in any spelling; nothing of it is resolved. */
export function requestFor(url: string): MessageSubject {
  const [, scheme = "", host = "", port, target = "/"] =
    /^(https?):\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/s.exec(url) ?? [];
  const isPlain = scheme === "http";
  return subjectOf({
    scheme: isPlain ? "http" : "https",
    host,
    port: Number(port ?? (isPlain ? 80 : 443)),
    target,
  });
}

/** A CONNECT. */
export function connectTo(host: string, port = 443): MessageSubject {
  return subjectOf({
    phase: "connect",
    method: "CONNECT",
    scheme: "https",
    host,
    port,
    target: "",
  });
}
