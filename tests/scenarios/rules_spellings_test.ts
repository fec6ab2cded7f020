/** Scenarios of clients that spell a host or path otherwise, to get around a rule. */

import { assertEquals } from "@std/assert";
import { head } from "./requests.ts";
import { rulesScenario, rulesScenarioOverBoth } from "./rules_folder.ts";

const BLOCKED_HOSTS = [
  "bad.test",
  "BAD.Test",
  "bad.test.",
  "xn--bcher-kva.test",
  "XN--BCHER-KVA.TEST.",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::0001]",
  "127.9.9.9",
  "[::ffff:127.9.9.9]",
  "[::FFFF:7f09:909]",
];
/** What no host may look like is not sent anywhere either. */
const REFUSED_HOSTS = [
  "b%61d.test",
  "bad.test%2e",
  "user@bad.test",
  "bad test",
];
/** Numbers are addresses to some who read them, and names to others. */
const NUMBER_HOSTS = ["2131298569", "0x7f090909", "127.9.2313", "0177.9.9.9"];

rulesScenario(
  "no spelling of a host gets around a rule, for requests and tunnels",
  {
    "hosts.ts": `{
      match: { host: ["bad.test", "bücher.test", "::1", "127.9.9.9"] },
      request: () => ({ action: "block", reason: "not there" }),
    }`,
  },
  async ({ client, records, origin }) => {
    const statusOf = async (line: string) => {
      const c = await client();
      await c.send(head(line, "Host: innocent.test"));
      const { status } = await c.message();
      await records.next();
      await c.reset();
      return status;
    };
    for (const host of [...BLOCKED_HOSTS, ...REFUSED_HOSTS, ...NUMBER_HOSTS]) {
      const expected = BLOCKED_HOSTS.includes(host) ? [403] : [400, 403];
      for (
        const line of [
          `GET http://${host}:${origin.port}/ HTTP/1.1`,
          `CONNECT ${host}:${origin.port} HTTP/1.1`,
        ]
      ) {
        const status = await statusOf(line);
        assertEquals(expected.includes(status), true, `${status} ${line}`);
      }
    }
    assertEquals(origin.accepted, 0);
  },
);

rulesScenarioOverBoth(
  "no spelling of a path gets around a rule; what is forwarded is spelled as it came",
  {
    "paths.ts": `{
      match: { path: ["/secret", "/secret/*"] },
      request: ({ path }) => ({ action: "block", reason: path }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    const spellings = [
      "/secret",
      "/SECRET",
      "//secret",
      "///secret//x",
      "/./secret",
      "/x/../secret",
      "/x/%2e%2e/secret",
      "/x/%2E%2e/%2e/secret",
      "/../../secret",
      "/%73%65cret",
      "/%73%65cret/%2e",
      "/secret?x",
      "/secret/?x=/../..",
      "/x/..//secret/x",
    ];
    for (const path of spellings) {
      await c.send(
        head(
          `GET http://${origin.authority}${path} HTTP/1.1`,
          `Host: ${origin.authority}`,
        ),
      );
      assertEquals((await c.message()).status, 403, path);
      await records.expect({ status: 403, rule: "paths" });
    }
    const others = ["/secret2", "/x/secret", "/a//b/%2E%7e?%41"];
    let o;
    for (const path of others) {
      await c.send(
        head(
          `GET http://${origin.authority}${path} HTTP/1.1`,
          `Host: ${origin.authority}`,
        ),
      );
      o ??= await origin.accept();
      assertEquals((await o.head()).startLine, `GET ${path} HTTP/1.1`);
      await o.send(head("HTTP/1.1 204 No Content"));
      await c.message(true);
      await records.expect({ status: 204 });
    }
  },
);
