/** Scenarios of the address guard: where no connection may lead, whatever it is called. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { LookUp } from "../../src/net/resolver.ts";
import { ipv4Number } from "../../src/policy/ipv4_number.ts";
import { ipv4Spellings, ipv6Holders } from "../policy/ipv4_spellings.ts";
import { answer, get, head } from "./requests.ts";
import { rulesScenario } from "./rules_folder.ts";
import { scenario, type Stage } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const DENY = { privateAddresses: "deny" } as const;
const DENIED = {
  status: 403,
  outcome: "denied",
  errorCode: "destination_ip_prohibited",
} as const;

const LOCAL = ipv4Number("127.0.0.1");

/** Hosts that are loopback, or would be if they were read as some system reads them. */
const LOCAL_HOSTS = [
  ...ipv4Spellings(LOCAL),
  ...ipv6Holders(LOCAL),
  "::1",
  "[0:0:0:0:0:0:0:1]",
  "::",
  "0",
  "0.0.0.0",
  "127.255.255.254",
  "127.1",
  "017700000001",
  "localhost",
  "LOCALHOST.",
  "a.localhost",
  "origin.test",
];

/** As it stands in an authority. */
function written(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function asking(method: "GET" | "CONNECT", authority: string): string {
  const target = method === "GET" ? `http://${authority}/` : authority;
  // What is no Host is refused by that alone.
  return head(`${method} ${target} HTTP/1.1`, "Host: a.test");
}

for (const method of ["GET", "CONNECT"] as const) {
  scenario(
    `${method} leads to loopback by none of its names`,
    DENY,
    async ({ origin, client, records }) => {
      for (const host of LOCAL_HOSTS) {
        const c = await client();
        // What no URI may have is escaped, and escapes in a host are refused as such.
        const authority =
          encodeURI(written(host)).replace(/%5B(.*)%5D/, "[$1]") +
          `:${origin.port}`;
        await c.send(asking(method, authority));
        const { status } = await c.message();
        const refused = { status: 400, errorCode: "http_request_error" };
        const expected = authority.includes("%") ? refused : DENIED;
        assertEquals(status, expected.status, host);
        await records.expect(expected);
        await c.close();
      }
      assertEquals(origin.accepted, 0);
    },
  );
}

scenario(
  "private, cloud and other special addresses are denied, with the reason",
  DENY,
  async ({ client, records }) => {
    const cases = {
      "10.1.2.3": "a private address",
      "192.168.0.1": "a private address",
      "169.254.169.254": "a link-local address",
      "0xa9fea9fe": "169.254.169.254 is a link-local address",
      "100.100.100.200": "an address shared by a provider's customers",
      "[fd00:ec2::254]": "a unique-local (private) address",
      "224.0.0.1": "a multicast address",
      "192.0.2.1": "an address for documentation",
      "[2002:a00:1::]": "10.0.0.1 in 2002:a00:1:: is a private address",
    };
    const c = await client();
    for (const [host, why] of Object.entries(cases)) {
      await c.send(asking("GET", host));
      const got = await c.message();
      assertEquals(got.status, 403, host);
      assertStringIncludes(got.body, why);
      assertStringIncludes(
        got.head.get("proxy-status") ?? "",
        "sluice; error=destination_ip_prohibited; details=",
      );
      const { reason } = await records.expect(DENIED);
      assertStringIncludes(reason, why);
    }
  },
);

scenario("what only looks like an address is 400", {}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  for (const host of ["1.2.3.4.5", "256.0.0.1", "a.example.7", "09.0.0.1"]) {
    await c.send(asking("GET", host));
    assertEquals((await c.message()).status, 400, host);
    await records.expect({ status: 400, errorCode: "http_request_error" });
  }
});

scenario("an odd spelling leads where it is read to", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(asking("GET", `0x7f.1:${origin.port}`));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("here"));
  assertEquals((await c.message()).body, "here");
  await records.expect({ status: 200, targetAddress: "127.0.0.1" });
});

/** A name server that knows one name, with these IPv4 addresses. */
function names(...addresses: string[]): LookUp {
  return (_name, type) =>
    type === "A"
      ? Promise.resolve(addresses)
      : Promise.reject(new Deno.errors.NotFound("no AAAA"));
}

scenario(
  "of a name's addresses only those are dialled that are allowed",
  {
    ...DENY,
    allowAddresses: ["127.0.0.1"],
    lookUp: names("127.0.0.2", "127.0.0.1"),
  },
  async ({ origin, client, records }) => {
    using other = Deno.listen({ hostname: "127.0.0.2", port: origin.port });
    const reached = other.accept().then(() => true, () => false);
    const c = await client();
    await c.send(asking("GET", `mixed.example:${origin.port}`));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("allowed"));
    assertEquals((await c.message()).body, "allowed");
    await records.expect({ status: 200, targetAddress: "127.0.0.1" });
    other.close();
    assertEquals(await reached, false);
  },
);

scenario(
  "a range that was opened leaves the rest closed",
  { ...DENY, allowAddresses: ["127.0.0.0/31"] },
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("in"));
    assertEquals((await c.message()).body, "in");
    await records.expect({ status: 200 });
    await c.send(asking("GET", `127.0.0.2:${origin.port}`));
    assertEquals((await c.message()).status, 403);
    await records.expect(DENIED);
  },
);

async function assertServes(
  parent: WirePeer,
  c: WirePeer,
  host: string,
): Promise<void> {
  await c.send(asking("GET", host));
  assertEquals((await parent.head()).startLine, `GET http://${host}/ HTTP/1.1`);
  await parent.send(answer("far"));
  assertEquals((await c.message()).body, "far");
}

scenario(
  "through a parent literals are judged, and names are the parent's",
  ({ port }) => ({ ...DENY, upstream: `http://127.0.0.1:${port}` }),
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(asking("GET", "far.example"));
    const parent = await origin.accept();
    await parent.head();
    await parent.send(answer("far"));
    assertEquals((await c.message()).body, "far");
    await records.expect({ status: 200 });
    // The parent's connection waits, and is for any name.
    for (const host of ["10.0.0.1", "0x7f.1", "[::ffff:a00:1]"]) {
      await c.send(asking("GET", host));
      assertEquals((await c.message()).status, 403, host);
      await records.expect(DENIED);
    }
    await assertServes(parent, c, "other.example");
    await records.expect({ status: 200 });
    await c.send(asking("CONNECT", "192.168.1.1:443"));
    assertEquals((await c.message()).status, 403);
    await records.expect(DENIED);
    assertEquals(origin.accepted, 1);
  },
);

rulesScenario(
  "a rule leads nobody to a private address, but names its own parent",
  {
    "1_target.ts": `{
      match: { path: "/inside" },
      request: ({ port }) => ({ action: "rewrite", url: "http://127.0.0.1:" + port + "/" }),
    }`,
    "2_parent.ts": `{
      match: { path: "/parent" },
      request: ({ port }) => ({ action: "rewrite", upstream: "http://127.0.0.1:" + port }),
    }`,
  },
  async ({ origin, client, records }) => {
    const c = await client();
    const inside = `http://far.example:${origin.port}/inside`;
    await c.send(head(`GET ${inside} HTTP/1.1`, "Host: a.test"));
    assertEquals((await c.message()).status, 403);
    await records.expect(DENIED);
    assertEquals(origin.accepted, 0);
    const url = `http://far.example:${origin.port}/parent`;
    await c.send(head(`GET ${url} HTTP/1.1`, "Host: a.test"));
    const parent = await origin.accept();
    assertEquals((await parent.head()).startLine, `GET ${url} HTTP/1.1`);
    await parent.send(answer("parent"));
    assertEquals((await c.message()).body, "parent");
    await records.expect({ status: 200 });
  },
  DENY,
);

/** Spellings of the proxy's own listener, at 127.0.0.1. */
const OWN_HOSTS = [
  "127.0.0.1",
  "127.1",
  "0x7f000001",
  "2130706433",
  "[::ffff:127.0.0.1]",
  "localhost",
  "0.0.0.0",
  "[::]",
];

scenario("the proxy's own address is its pages, however spelled", {}, async (
  stage,
) => {
  const { proxy, client, records } = stage;
  for (const host of OWN_HOSTS) {
    const c = await client();
    const authority = `${host}:${proxy.port}`;
    await c.send(head(`GET http://${authority}/healthz HTTP/1.1`, "Host: a"));
    assertEquals((await c.message()).status, 200, host);
    await records.expect({ status: 200, outcome: "answered" });
    await c.send(asking("CONNECT", authority));
    assertEquals((await c.message()).status, 403, host);
    await records.expect({ status: 403, errorCode: "http_request_denied" });
    await c.close();
  }
});

scenario(
  "no name leads back to the proxy, and no connection is made to find out",
  {},
  async (stage: Stage) => {
    const { proxy, client, records } = stage;
    const c = await client();
    await c.send(asking("GET", `origin.test:${proxy.port}`));
    assertEquals((await c.message()).status, 508);
    await records.expect({ status: 508, errorCode: "proxy_loop_detected" });
    assertEquals(proxy.server.connections, 1);
  },
);
