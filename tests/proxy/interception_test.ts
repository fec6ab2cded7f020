import { assertEquals, assertRejects } from "@std/assert";
import { ProxyError } from "../../src/errors.ts";
import { createSecureContext } from "node:tls";
import type { Leaves } from "../../src/mitm/open_leaves.ts";
import { Exchange } from "../../src/proxy/exchange.ts";
import { Interception } from "../../src/proxy/interception.ts";

const CLIENT = { ip: "192.0.2.1", port: 5 };
const LEAVES: Leaves = {
  certPem: "",
  certPath: "",
  fingerprint: "",
  permits: (host) => host !== "unsignable.test",
  secureContext: () => Promise.resolve(createSecureContext({})),
  usage: () => ({ cached: 1, most: 2, made: 3, hits: 4 }),
};

interface Given {
  readonly hosts?: string[];
  readonly exceptions?: string[];
  readonly openLeaves?: () => Promise<Leaves>;
  readonly now?: () => number;
}

function interception(given: Given = {}) {
  const said: string[] = [];
  const interception = new Interception({
    hosts: [".a.test", "unsignable.test", "10.0.0.1"],
    exceptions: ["no.a.test", "10.9.9.9"],
    openLeaves: () => Promise.resolve(LEAVES),
    onRefusal: ({ ip }, host, reason) => said.push(`${ip} ${host} ${reason}`),
    ...given,
  });
  return { interception, said };
}

function exchange(
  action?: "intercept" | "tunnel",
  client = CLIENT,
): Exchange {
  const exchange = new Exchange("id", client);
  if (action !== undefined) exchange.tunnelling = { action };
  return exchange;
}

Deno.test("Interception concerns hosts that are named, and addresses, whose name TLS says", () => {
  const { interception: own } = interception();
  const concerned = [
    "a.test",
    "X.A.test.",
    "no.a.test",
    "b.test",
    "10.0.0.1",
    "192.0.2.7",
    "10.9.9.9",
    "::1",
  ].filter((host) => own.concerns(exchange(), host));
  assertEquals(concerned, [
    "a.test",
    "X.A.test.",
    "10.0.0.1",
    "192.0.2.7",
    "::1",
  ]);
});

Deno.test("Interception is off without hosts, but for what a rule decides", () => {
  const { interception: off } = interception({ hosts: [] });
  for (const host of ["a.test", "192.0.2.7"]) {
    assertEquals(off.concerns(exchange(), host), false);
    assertEquals(off.concerns(exchange("intercept"), host), true);
  }
  assertEquals(off.concerns(exchange("intercept"), "no.a.test"), false);
  assertEquals(off.concerns(exchange("tunnel"), "a.test"), false);
  const { interception: on } = interception();
  assertEquals(on.concerns(exchange("tunnel"), "a.test"), false);
});

Deno.test("Interception judges the name in TLS as well", () => {
  const { interception: own } = interception();
  const judged = (
    host: string,
    name: string | undefined,
    action?: "intercept",
  ) => {
    const found = own.judge(exchange(action), host, name, LEAVES);
    return found.action === "intercept" ? found.host : `(${found.action})`;
  };
  const cases: [host: string, name: string | undefined, expected: string][] = [
    ["a.test", "a.test", "a.test"],
    ["a.test", "A.Test.", "a.test"],
    ["a.test", undefined, "a.test"],
    ["a.test", "x.a.test", "x.a.test"],
    ["a.test", "b.test", "(refuse)"],
    ["a.test", "no.a.test", "(refuse)"],
    ["192.0.2.7", "x.a.test", "x.a.test"],
    ["192.0.2.7", "b.test", "(tunnel)"],
    ["192.0.2.7", "no.a.test", "(tunnel)"],
    ["192.0.2.7", undefined, "(tunnel)"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["unsignable.test", undefined, "(tunnel)"],
    ["a.test", "unsignable.test", "(refuse)"],
    ["::ffff:10.0.0.1", undefined, "::ffff:10.0.0.1"],
  ];
  for (const [host, name, expected] of cases) {
    assertEquals(judged(host, name), expected, `${host} ${name}`);
  }
  assertEquals(judged("b.test", "b.test", "intercept"), "b.test");
  assertEquals(judged("192.0.2.7", "b.test", "intercept"), "b.test");
  assertEquals(judged("192.0.2.7", "no.a.test", "intercept"), "(tunnel)");
  // The rule was asked about another host.
  assertEquals(judged("b.test", "c.test", "intercept"), "(refuse)");
});

Deno.test("Interception leaves a client alone for ten minutes where it has refused", () => {
  let nowMs = 1_000_000;
  const { interception: own, said } = interception({ now: () => nowMs });
  own.refusals.add(CLIENT, "a.test", "bad certificate");
  own.refusals.add(CLIENT, "a.test", "again");
  assertEquals(said, ["192.0.2.1 a.test bad certificate"]);
  assertEquals(own.refusals.total, 2);
  assertEquals(own.concerns(exchange(), "A.test"), false);
  assertEquals(own.concerns(exchange("intercept"), "a.test"), false);
  assertEquals(
    own.judge(exchange(), "192.0.2.7", "a.test", LEAVES).action,
    "tunnel",
  );
  assertEquals(own.concerns(exchange(), "x.a.test"), true);
  assertEquals(
    own.judge(exchange(), "x.a.test", "a.test", LEAVES).action,
    "refuse",
  );
  const other = exchange(undefined, { ip: "192.0.2.2", port: 5 });
  assertEquals(own.concerns(other, "a.test"), true);
  nowMs += 10 * 60 * 1000 + 1;
  assertEquals(own.concerns(exchange(), "a.test"), true);
});

Deno.test("Interception opens the authority once, and tries again when it could not", async () => {
  let opened = 0;
  const openLeaves = () => {
    opened++;
    return opened === 1
      ? Promise.reject(new Error("in a secret place"))
      : Promise.resolve(LEAVES);
  };
  const { interception: own } = interception({ openLeaves });
  const error = await assertRejects(() => own.leaves(), ProxyError);
  assertEquals([error.status, error.code, /secret/.test(error.message)], [
    503,
    "proxy_configuration_error",
    false,
  ]);
  assertEquals(await own.leaves(), LEAVES);
  assertEquals(await own.leaves(), LEAVES);
  assertEquals(opened, 2);
});

Deno.test("Interception tells clients nothing of what its authority lacks", async () => {
  const { interception: own } = interception();
  const secureContext = () => Promise.reject(new Error("it has expired"));
  const error = await assertRejects(
    () => own.secureContext({ ...LEAVES, secureContext }, "a.test"),
    ProxyError,
  );
  assertEquals([error.status, /expired/.test(error.message)], [503, false]);
});

Deno.test("Interception tells the statistics what became of handshakes", async () => {
  const { interception: own } = interception({ now: () => 1_000 });
  assertEquals(own.stats(0).leaves, null);
  await own.leaves();
  own.counters.intercepted = 7;
  own.refusals.add(CLIENT, "A.test.", "bad certificate");
  const secureContext = () => Promise.reject(new Error("it has expired"));
  await assertRejects(() =>
    own.secureContext({ ...LEAVES, secureContext }, "a.test")
  );
  assertEquals(own.stats(2), {
    intercepted: 7,
    failedHandshakes: { client: 0, origin: 2, proxy: 1 },
    refusals: 1,
    refusing: {
      count: 1,
      most: 4096,
      latest: [{
        client: "192.0.2.1",
        host: "a.test",
        reason: "bad certificate",
        untilMs: 601_000,
      }],
    },
    leaves: { cached: 1, most: 2, made: 3, hits: 4 },
  });
});
