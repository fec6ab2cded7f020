/**
 * Scenarios of what hosts are called: in CONNECT, in TLS and in the certificate, asked for
 * by openssl, which says what it is told and judges by its own.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Origin } from "../clients/content_origin.ts";
import { run } from "../clients/strangers.ts";
import { makeCertificate } from "../net/test_certificate.ts";
import { interceptScenario, type InterceptStage } from "./intercept_stage.ts";
import { head } from "./requests.ts";

const LONG = `${"a".repeat(63)}.many.test`;
const LONGEST = ["a", "b", "c"].map((letter) => letter.repeat(63)).join(".") +
  `.${"d".repeat(56)}.test`;

/** How a host is asked for. */
interface Names {
  readonly connect: string;
  /** Undefined: none. */
  readonly serverName: string | undefined;
  /** Whom the certificate has to be for. */
  readonly verified: string;
}

const HOSTS: readonly Names[] = [
  {
    connect: "ORIGIN.Test",
    serverName: "Origin.TEST",
    verified: "origin.test",
  },
  {
    connect: "origin.test.",
    serverName: "origin.test",
    verified: "origin.test",
  },
  { connect: "origin.test", serverName: undefined, verified: "origin.test" },
  { connect: "Origin.Test.", serverName: undefined, verified: "origin.test" },
  ...["my_host.many.test", "xn--bcher-kva.many.test", LONG, LONGEST]
    .map((name) => ({ connect: name, serverName: name, verified: name })),
  { connect: "127.0.0.1", serverName: undefined, verified: "127.0.0.1" },
  // Neither is a name that RFC 6066 §3 allows there; both are met.
  { connect: "127.0.0.1", serverName: "127.0.0.1", verified: "127.0.0.1" },
  {
    connect: "origin.test",
    serverName: "origin.test.",
    verified: "origin.test",
  },
  { connect: "127.0.0.1", serverName: "origin.test", verified: "origin.test" },
];

/** Asks for /x by openssl, which has to trust what it is shown. */
async function ask(
  { proxy, secure, caPath }: InterceptStage,
  { connect, serverName, verified }: Names,
  port = secure.port,
): Promise<string> {
  const authority = `${connect}:${port}`;
  const host = serverName ?? connect;
  const { text, stderr } = await run("openssl", [
    ...["s_client", "-proxy", `127.0.0.1:${proxy.port}`, "-quiet"],
    ...["-connect", authority, "-CAfile", caPath, "-x509_strict"],
    ...serverName === undefined
      ? ["-noservername"]
      : ["-servername", serverName],
    ...[/^[\d.]+$|:/.test(verified) ? "-verify_ip" : "-verify_hostname"],
    ...[verified, "-verify_return_error", "-verify_quiet"],
  ], {
    stdin: new TextEncoder().encode(
      head("GET /x HTTP/1.1", `Host: ${host}:${port}`, "Connection: close"),
    ),
  });
  assertStringIncludes(text, "HTTP/1.1 200 ", `${authority}: ${stderr}`);
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}

interceptScenario(
  "names of all spellings and lengths are intercepted",
  { names: [LONGEST, "127.0.0.1"] },
  async (stage) => {
    const { records, secure } = stage;
    for (const host of HOSTS) {
      assertEquals(await ask(stage, host), "GET /x ", host.connect);
      await records.expect({
        method: "CONNECT",
        url: `${host.connect}:${secure.port}`,
        outcome: "intercepted",
      });
      await records.expect({ status: 200, outcome: "miss" });
    }
  },
);

interceptScenario(
  "an origin at an IPv6 address is intercepted",
  { interceptHosts: ["::1"], insecureHosts: ["::1"] },
  async (stage) => {
    const certificate = await makeCertificate("::1");
    await using origin = new Origin(
      () => new Response("six"),
      certificate,
      "::1",
    );
    const names = { connect: "[::1]", serverName: undefined, verified: "::1" };
    assertEquals(await ask(stage, names, origin.port), "six");
    await stage.records.expect({ outcome: "intercepted" });
    await stage.records.expect({ status: 200, targetAddress: "::1" });
  },
);
