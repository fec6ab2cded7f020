/** Leaves before real clients: openssl, curl and node:tls, over sockets on loopback. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { connect } from "node:tls";
import {
  type Authority,
  pemOf,
  readAuthority,
} from "../../src/mitm/authority.ts";
import { LeafCache } from "../../src/mitm/leaf_cache.ts";
import { LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { testWith } from "../requirement.ts";
import { serveLeaf } from "./leaf_server.ts";
import {
  intermediateAuthority,
  operatorsAuthority,
  ownAuthority,
  RSA_KEY,
  said,
  withFiles,
} from "./openssl.ts";

const LONG = `${"long-label.".repeat(10)}example.test`;

/** A host, the address where it is served, and a host that its certificate is not for. */
const HOSTS: readonly [host: string, address: string, other: string][] = [
  ["example.test", "127.0.0.1", "other.test"],
  ["example.test", "127.0.0.1", "www.example.test"],
  ["a.b.c.d.e.example.test", "127.0.0.1", "x.b.c.d.e.example.test"],
  [LONG, "127.0.0.1", `x.${LONG}`],
  ["xn--bcher-kva.example", "127.0.0.1", "bcher-kva.example"],
  ["127.0.0.1", "127.0.0.1", "127.0.0.2"],
  ["::1", "::1", "::2"],
];

async function cacheOf(authority: Authority): Promise<LeafCache> {
  return new LeafCache(await LeafIssuer.create(authority));
}

/** Serves `host` and gives `use` the port and the path of a file with `rootPem`. */
async function served(
  authority: Authority,
  host: string,
  use: (port: number, rootPath: string) => Promise<void>,
  { address = "127.0.0.1", rootPem = pemOf(authority.certificate) } = {},
): Promise<void> {
  const context = await (await cacheOf(authority)).secureContext(host);
  await using server = await serveLeaf(context, address);
  await withFiles(
    { root: rootPem },
    (folder) => use(server.port, join(folder, "root")),
  );
}

function isIp(host: string): boolean {
  return /^[\d.]+$|:/.test(host);
}

async function openssl(
  host: string,
  address: string,
  port: number,
  rootPath: string,
): Promise<string> {
  const at = address.includes(":")
    ? `[${address}]:${port}`
    : `${address}:${port}`;
  const name = isIp(host)
    ? ["-verify_ip", host, "-noservername"]
    : ["-verify_hostname", host, "-servername", host];
  const { success, text } = await said("openssl", [
    ...["s_client", "-connect", at, "-CAfile", rootPath],
    ...["-verify_return_error", "-x509_strict", ...name],
  ]);
  assertEquals(success, /Verification: OK/.test(text), text);
  return /Verification: OK|verify error:.*/.exec(text)?.[0] ?? text;
}

async function curl(
  host: string,
  address: string,
  port: number,
  rootPath: string,
): Promise<string> {
  const bracketed = (text: string) => text.includes(":") ? `[${text}]` : text;
  const { text } = await said("curl", [
    ...["-sS", "--noproxy", "*", "--cacert", rootPath, "--max-time", "10"],
    ...["--connect-to", `::${bracketed(address)}:${port}`],
    `https://${bracketed(host)}:${port}/`,
  ], { LC_ALL: "C.UTF-8" });
  return text.trim();
}

async function nodeTls(
  host: string,
  address: string,
  port: number,
  rootPath: string,
): Promise<string> {
  const ca = await Deno.readTextFile(rootPath);
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect({
    host: address,
    port,
    ca,
    ...isIp(host) ? {} : { servername: host },
  });
  socket.once("secureConnect", () => resolve("secureConnect"));
  socket.once("error", (error) => resolve(error.message));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

for (const [host, address, other] of HOSTS) {
  testWith(
    ["openssl"],
    `openssl takes a leaf for ${host} and refuses it for ${other}`,
    async () => {
      await served(await ownAuthority(), host, async (port, root) => {
        assertEquals(
          await openssl(host, address, port, root),
          "Verification: OK",
        );
        assertMatch(
          await openssl(other, address, port, root),
          /verify error:.*mismatch/,
        );
      }, { address });
    },
  );

  testWith(
    ["curl"],
    `curl takes a leaf for ${host} and refuses it for ${other}`,
    async () => {
      await served(await ownAuthority(), host, async (port, root) => {
        assertEquals(await curl(host, address, port, root), "yes");
        assertMatch(
          await curl(other, address, port, root),
          /no alternative certificate subject name|does not match/,
        );
      }, { address });
    },
  );
}

for (const [host, address, other] of HOSTS.filter(([host]) => !isIp(host))) {
  Deno.test(`node:tls takes a leaf for ${host} and refuses it for ${other}`, async () => {
    await served(await ownAuthority(), host, async (port, root) => {
      assertEquals(await nodeTls(host, address, port, root), "secureConnect");
      assertStringIncludes(
        await nodeTls(other, address, port, root),
        "does not match certificate's altnames",
      );
    });
  });
}

for (const address of ["127.0.0.1", "::1"]) {
  Deno.test(`node:tls takes a leaf for ${address} and refuses another there`, async () => {
    const authority = await ownAuthority();
    await served(authority, address, async (port, root) => {
      assertEquals(
        await nodeTls(address, address, port, root),
        "secureConnect",
      );
    }, { address });
    await served(authority, "192.0.2.1", async (port, root) => {
      assertStringIncludes(
        await nodeTls(address, address, port, root),
        "does not match certificate's altnames",
      );
    }, { address });
  });
}

testWith(["curl"], "curl takes a leaf for an international name", async () => {
  await served(await ownAuthority(), "Bücher.example", async (port, root) => {
    assertEquals(await curl("bücher.example", "127.0.0.1", port, root), "yes");
  });
});

testWith(
  ["openssl", "curl"],
  "clients refuse an authority that they do not know",
  async () => {
    const rootPem = pemOf((await ownAuthority()).certificate);
    await served(await ownAuthority(), "a.test", async (port, root) => {
      assertMatch(
        await openssl("a.test", "127.0.0.1", port, root),
        /unable to get local issuer/,
      );
      assertMatch(await curl("a.test", "127.0.0.1", port, root), /issuer/);
      assertEquals(
        await nodeTls("a.test", "127.0.0.1", port, root) === "secureConnect",
        false,
      );
    }, { rootPem });
  },
);

testWith(
  ["openssl", "curl"],
  "clients take leaves of an operator's authority",
  async () => {
    for (const key of [RSA_KEY, undefined]) {
      const pem = await operatorsAuthority(key === undefined ? {} : { key });
      const authority = await readAuthority(pem, Date.now());
      await served(authority, "a.test", async (port, root) => {
        assertEquals(
          await openssl("a.test", "127.0.0.1", port, root),
          "Verification: OK",
        );
        assertEquals(await curl("a.test", "127.0.0.1", port, root), "yes");
      });
    }
  },
);

testWith(
  ["openssl", "curl"],
  "clients find the way from an authority in between to its root",
  async () => {
    const { rootPem, ...pem } = await intermediateAuthority();
    const authority = await readAuthority(pem, Date.now());
    await served(authority, "a.test", async (port, root) => {
      assertEquals(
        await openssl("a.test", "127.0.0.1", port, root),
        "Verification: OK",
      );
      assertEquals(await curl("a.test", "127.0.0.1", port, root), "yes");
      assertEquals(
        await nodeTls("a.test", "127.0.0.1", port, root),
        "secureConnect",
      );
    }, { rootPem });
  },
);

testWith(
  ["openssl", "curl"],
  "clients hold an authority to its names",
  async () => {
    const cases: [permitted: string[], taken: string[], refused: string[]][] = [
      [["example.test"], ["example.test", "www.example.test"], [
        "other.test",
        "xexample.test",
        "127.0.0.1",
      ]],
      [["127.0.0.0/8"], ["127.0.0.1"], ["192.0.2.1", "example.test"]],
    ];
    for (const [permitted, taken, refused] of cases) {
      const authority = await ownAuthority(Date.now(), permitted);
      for (const host of [...taken, ...refused]) {
        await served(authority, host, async (port, root) => {
          const isTaken = taken.includes(host);
          assertMatch(
            await openssl(host, "127.0.0.1", port, root),
            isTaken ? /^Verification: OK$/ : /subtree violation/,
            host,
          );
          const answer = await curl(host, "127.0.0.1", port, root);
          assertMatch(answer, isTaken ? /^yes$/ : /subtree violation/, host);
        });
      }
    }
  },
);
