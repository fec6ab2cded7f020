import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  ClientGone,
  ConnectionLost,
  type ErrorCode,
  isConnectionLoss,
  isDescriptorShortage,
  type OriginStage,
  ProxyError,
  toProxyError,
  WireError,
} from "../src/errors.ts";
import { fakeConn } from "./net/fake_stream.ts";
import { TestNet } from "./net/loopback.ts";

const NAME = "origin.test:80";

/** An error as the runtime makes it from an errno. */
function systemError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

Deno.test("WireError is a 400 of the client's and http_protocol_error of the origin's", () => {
  const error = new WireError("bad");
  assertEquals([error.name, error.status, error.originCode], [
    "WireError",
    400,
    "http_protocol_error",
  ]);
});

Deno.test("ProxyError carries status, side, code, cause and when to try again", () => {
  const cause = new Error("why");
  const error = new ProxyError(
    503,
    "proxy",
    "connection_limit_reached",
    "full",
    {
      cause,
      retryAfterSeconds: 3,
    },
  );
  assertEquals([error.status, error.side, error.code, error.message], [
    503,
    "proxy",
    "connection_limit_reached",
    "full",
  ]);
  assertEquals([error.cause, error.retryAfterSeconds], [cause, 3]);
  const plain = new ProxyError(502, "origin", "dns_error", "no");
  assertEquals([plain.retryAfterSeconds, plain.outcome], [undefined, "error"]);
  const outcome = "denied";
  const denied = new ProxyError(403, "client", "http_request_denied", "no", {
    outcome,
  });
  assertEquals(denied.outcome, outcome);
});

Deno.test("ClientGone keeps its cause", () => {
  assertEquals(new ClientGone("why").cause, "why");
});

Deno.test("toProxyError() leaves a ProxyError as it is", () => {
  const error = new ProxyError(504, "origin", "dns_timeout", "slow");
  assertStrictEquals(toProxyError(error, "connect", NAME), error);
});

Deno.test("toProxyError() makes a 502 of what an origin sent, whatever a client would get for it", () => {
  const thrown = new WireError(
    "the head is too long",
    431,
    "http_response_header_section_size",
  );
  const error = toProxyError(thrown, "receive", NAME);
  assertEquals([error.status, error.side, error.code], [
    502,
    "origin",
    "http_response_header_section_size",
  ]);
  assertStringIncludes(error.message, `${NAME} sent a bad answer: the head`);
  assertStrictEquals(error.cause, thrown);
});

const { errors } = Deno;

const SYSTEM: readonly [Error, OriginStage, number, ErrorCode][] = [
  [new errors.NotFound("no"), "resolve", 502, "dns_error"],
  [new errors.TimedOut("no"), "resolve", 502, "dns_error"],
  [new errors.ConnectionRefused("no"), "connect", 502, "connection_refused"],
  [new errors.TimedOut("no"), "connect", 504, "connection_timeout"],
  [new errors.ConnectionReset("no"), "connect", 502, "connection_terminated"],
  [new errors.ConnectionReset("no"), "receive", 502, "connection_terminated"],
  [new errors.BrokenPipe("no"), "send", 502, "connection_terminated"],
  [new errors.UnexpectedEof("no"), "tls", 502, "connection_terminated"],
  [
    new errors.InvalidData("invalid peer certificate: UnknownIssuer"),
    "tls",
    502,
    "tls_certificate_error",
  ],
  [
    new errors.InvalidData("received corrupt message"),
    "tls",
    502,
    "tls_protocol_error",
  ],
  [
    new errors.InvalidData("received fatal alert: CertificateRequired"),
    "tls",
    502,
    "tls_alert_received",
  ],
  [systemError("ENETUNREACH"), "connect", 502, "destination_ip_unroutable"],
  [systemError("EHOSTUNREACH"), "connect", 502, "destination_ip_unroutable"],
  [systemError("EOTHER"), "connect", 502, "destination_unavailable"],
];

Deno.test("toProxyError() tells errors of the system apart", () => {
  for (const [thrown, stage, status, code] of SYSTEM) {
    const error = toProxyError(thrown, stage, NAME);
    const label = `${thrown} at ${stage}`;
    assertEquals([error.status, error.code], [status, code], label);
    assertEquals(error.side, "origin", label);
    assertStringIncludes(error.message, NAME);
    assertStrictEquals(error.cause, thrown);
  }
});

Deno.test("toProxyError() takes what the runtime does not permit for a prohibited address", () => {
  const error = toProxyError(
    new Deno.errors.NotCapable("net"),
    "connect",
    NAME,
  );
  assertEquals([error.status, error.code, error.outcome], [
    403,
    "destination_ip_prohibited",
    "denied",
  ]);
});

Deno.test("toProxyError() answers 503 when the machine has no more sockets", () => {
  for (const code of ["EMFILE", "ENFILE", "ENOBUFS"]) {
    for (const stage of ["resolve", "connect"] as const) {
      const error = toProxyError(systemError(code), stage, NAME);
      assertEquals([error.status, error.side, error.code], [
        503,
        "proxy",
        "connection_limit_reached",
      ]);
      assert(error.retryAfterSeconds !== undefined);
    }
  }
});

Deno.test("toProxyError() takes a write that failed for the loss of the connection", () => {
  using near = fakeConn(new TestNet());
  const cause = new errors.BrokenPipe("gone");
  const lost = new ConnectionLost(near.conn, cause);
  for (const stage of ["connect", "send"] as const) {
    const error = toProxyError(lost, stage, NAME);
    assertEquals([error.status, error.code], [502, "connection_terminated"]);
  }
});

Deno.test("toProxyError() takes anything else for a bug, and shows nothing of it", () => {
  for (
    const thrown of [new TypeError("secret"), "secret", undefined, null, 7]
  ) {
    const error = toProxyError(thrown, "connect", NAME);
    assertEquals([error.status, error.side, error.code], [
      500,
      "proxy",
      "proxy_internal_error",
    ]);
    assertEquals(error.message.includes("secret"), false);
    assertEquals(error.cause, thrown);
  }
});

Deno.test("isDescriptorShortage() is true for the codes of a shortage only", () => {
  for (const code of ["EMFILE", "ENFILE", "ENOBUFS"]) {
    assertEquals(isDescriptorShortage(systemError(code)), true, code);
  }
  for (
    const other of [
      systemError("ECONNRESET"),
      new Error("EMFILE"),
      "EMFILE",
      undefined,
    ]
  ) {
    assertEquals(isDescriptorShortage(other), false, String(other));
  }
});

Deno.test("isConnectionLoss() is true for what a closed or reset socket gives", () => {
  const losses = [
    new errors.ConnectionReset(),
    new errors.ConnectionAborted(),
    new errors.BrokenPipe(),
    new errors.UnexpectedEof(),
    new errors.NotConnected(),
    new errors.Interrupted(),
    new errors.BadResource(),
  ];
  for (const loss of losses) {
    assertEquals(isConnectionLoss(loss), true, loss.name);
  }
  for (
    const other of [new errors.ConnectionRefused(), new Error(), undefined]
  ) {
    assertEquals(isConnectionLoss(other), false);
  }
});
