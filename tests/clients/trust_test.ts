/**
 * Strangers who come to trust the authority as the page /ca tells them: by a setting of theirs,
 * not by their code.
 */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testWith } from "../requirement.ts";
import { openStage } from "./stage.ts";
import { run, succeed } from "./strangers.ts";

/** Who asks for what, and whom to trust. */
interface Asked {
  readonly host: string;
  readonly port: string;
  readonly proxy: string;
  readonly url: string;
  /** The authority, in PEM and in a store of Java's. */
  readonly caPath: string;
  readonly keyStore: string;
}

/** How a program is told to trust. */
interface Told {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A way to trust: what it needs to ask, and what it is told when it is to trust. */
interface Way {
  readonly program: string;
  readonly ask: (asked: Asked) => Told;
  readonly trust: (asked: Asked) => Partial<Told>;
  /** Further programs that it takes. */
  readonly needs?: readonly string[];
}

const PYTHON = `
import sys, urllib.request
handler = urllib.request.ProxyHandler({"https": sys.argv[1]})
page = urllib.request.build_opener(handler).open(sys.argv[2]).read()
sys.stdout.buffer.write(page)`;

const WAYS: readonly Way[] = [
  {
    program: "curl",
    ask: ({ proxy, url }) => ({ args: ["-qsS", "-x", proxy, url] }),
    trust: ({ caPath }) => ({ env: { CURL_CA_BUNDLE: caPath } }),
  },
  {
    program: "wget",
    ask: ({ proxy, url }) => ({
      args: ["--no-config", "-q", "-t", "1", "-O-", url],
      env: { https_proxy: proxy },
    }),
    trust: ({ caPath }) => ({ args: [`--ca-certificate=${caPath}`] }),
  },
  {
    program: "python3",
    ask: ({ proxy, url }) => ({ args: ["-c", PYTHON, proxy, url] }),
    trust: ({ caPath }) => ({ env: { SSL_CERT_FILE: caPath } }),
  },
  {
    program: "node",
    ask: ({ host, port, url }) => ({
      args: [programPath("trusting.mjs"), host, port, url],
    }),
    trust: ({ caPath }) => ({ env: { NODE_EXTRA_CA_CERTS: caPath } }),
  },
  {
    program: "java",
    needs: ["keytool"],
    ask: ({ host, port, url }) => ({
      args: [
        "-XX:TieredStopAtLevel=1",
        ...[programPath("Trusting.java"), host, port, url],
      ],
    }),
    trust: ({ keyStore }) => ({
      args: [
        `-Djavax.net.ssl.trustStore=${keyStore}`,
        "-Djavax.net.ssl.trustStorePassword=changeit",
      ],
    }),
  },
  {
    program: "git",
    ask: ({ proxy, url }) => ({
      args: ["-c", `http.proxy=${proxy}`, "ls-remote", url],
    }),
    trust: ({ caPath }) => ({ args: ["-c", `http.sslCAInfo=${caPath}`] }),
  },
];

for (const { program, needs = [], ask, trust } of WAYS) {
  testWith(
    [program, "openssl", ...needs],
    `${program} trusts the authority once it is told to, and not before`,
    async () => {
      await using stage = await openStage(
        ({ certPath }) => [
          ...["--intercept", "127.0.0.1", "--upstream-ca", certPath],
        ],
        serve,
      );
      const { proxy, secure, folder } = stage;
      const ca = await fetch(`${proxy.url}/ca.pem`);
      const caPath = await folder.write("ca.pem", await ca.text());
      const keyStore = folder.file("store");
      if (needs.includes("keytool")) await makeKeyStore(keyStore, caPath);
      const asked: Asked = {
        host: "127.0.0.1",
        port: String(proxy.port),
        proxy: proxy.url,
        url: `${secure.url}/page`,
        caPath,
        keyStore,
      };
      const { args, env } = ask(asked);
      const told = trust(asked);
      const trusting = await succeed(program, [...told.args ?? [], ...args], {
        env: { ...env, ...told.env },
      });
      assertEquals(trusting.text, PAGE);
      await proxy.record(({ url }) => url.startsWith(`${secure.url}/page`));
      const { text, code } = await run(program, args, { ...env && { env } });
      assertEquals([text, code === 0], ["", false]);
    },
  );
}

/** A page that git takes for the branches of a repository. */
const PAGE = `${"1".repeat(40)}\trefs/heads/main\n`;

function serve(): Response {
  return new Response(PAGE);
}

function programPath(name: string): string {
  return fromFileUrl(new URL(`programs/${name}`, import.meta.url));
}

async function makeKeyStore(path: string, caPath: string): Promise<void> {
  await succeed("keytool", [
    ...["-importcert", "-keystore", path, "-storepass", "changeit"],
    ...["-noprompt", "-alias", "sluice", "-file", caPath],
  ]);
}
