/** Strangers whose TLS is intercepted, and who trust the authority that the proxy hands out. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { testWith } from "../requirement.ts";
import { chromiumSite, expectedNote } from "./chromium_page.ts";
import { content, digest } from "./content_origin.ts";
import { converseOn } from "./conversation.ts";
import { gitHandler } from "./git_origin.ts";
import { trustInNssStore } from "./nss_store.ts";
import { openStage, type Stage } from "./stage.ts";
import { run, succeed, TemporaryFolder } from "./strangers.ts";

/** A stage whose proxy intercepts its origin. */
interface InterceptingStage extends Stage {
  /** The authority, as the proxy hands it out. */
  readonly caPath: string;
}

async function openIntercepting(
  handler?: Parameters<typeof openStage>[1],
): Promise<InterceptingStage> {
  const stage = await openStage(
    ({ certPath }) => ["--intercept", "127.0.0.1", "--upstream-ca", certPath],
    handler,
  );
  try {
    const response = await fetch(`${stage.proxy.url}/ca.pem`);
    const caPath = await stage.folder.write("ca.pem", await response.text());
    return Object.assign(stage, { caPath });
  } catch (error) {
    await stage[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the proxy saw in the tunnels. */
async function assertSeen({ proxy, secure }: Stage, path: string) {
  const tunnel = await proxy.record(({ method, url }) =>
    method === "CONNECT" && url === `127.0.0.1:${secure.port}`
  );
  assertEquals(tunnel.outcome, "intercepted");
  const seen = await proxy.record(({ url }) => url === secure.url + path);
  assertEquals([seen.status, seen.outcome], [200, "miss"]);
}

testWith(["curl", "openssl"], "curl is intercepted", async (t) => {
  await using stage = await openIntercepting();
  const { proxy, secure, caPath, folder } = stage;
  const common = ["-q", "-sS", "-x", proxy.url, "--cacert", caPath];

  await t.step("downloads and uploads, several on one connection", async () => {
    const url = `${secure.url}/bytes/2000000`;
    const got = await succeed("curl", [...common, url, url]);
    assertEquals(got.stdout.length, 4_000_000);
    assertEquals(
      digest(got.stdout.subarray(0, 2_000_000)),
      digest(content(2_000_000)),
    );
    const path = await folder.write("body", content(2_000_000));
    const sent = await succeed("curl", [
      ...[...common, "-T", path, `${secure.url}/digest`],
    ]);
    assertEquals(sent.text, digest(content(2_000_000)));
    await assertSeen(stage, "/bytes/2000000");
  });

  await t.step("with TLS 1.2, and ranges", async () => {
    const got = await succeed("curl", [
      ...[...common, "--tls-max", "1.2", "-r", "10-19"],
      `${secure.url}/bytes/1000`,
    ]);
    assertEquals(got.stdout, content(1000).slice(10, 20));
  });

  await t.step("refuses the certificate without the authority", async () => {
    const args = ["-q", "-sS", "-x", proxy.url, `${secure.url}/bytes/1`];
    const { code, stderr } = await run("curl", args);
    assertEquals(code, 60, stderr);
    const refused = await proxy.record(({ error }) => error !== undefined);
    assertStringIncludes(refused.error?.message ?? "", "UnknownCA");
    // And is passed on from then on.
    const { certificate } = stage;
    const got = await succeed("curl", [
      ...["-q", "-sS", "-x", proxy.url, "--cacert", certificate.certPath],
      `${secure.url}/bytes/7`,
    ]);
    assertEquals(got.stdout, content(7));
  });
});

testWith(["openssl"], "openssl verifies what it is shown", async () => {
  await using stage = await openIntercepting();
  const { leaf, text } = await shownTo(stage);
  assertStringIncludes(text, "Verify return code: 0 (ok)");
  assertEquals(leaf.subjectAltName, "IP Address:127.0.0.1");
});

const LANGUAGES = [
  ["Python", ["python3", "-I"], "exchanges.py"],
  ["Node", ["node"], "exchanges.mjs"],
  ["Java", ["java", "-XX:TieredStopAtLevel=1"], "Exchanges.java"],
] as const;

for (const [language, runner, name] of LANGUAGES) {
  testWith(
    [runner[0], "openssl"],
    `${language}'s libraries are intercepted`,
    async () => {
      await using stage = await openIntercepting();
      await converseOn(stage, stage.caPath, runner, name);
      await assertSeen(stage, "/bytes/200000");
    },
  );
}

testWith(["keytool", "openssl"], "keytool takes the authority", async () => {
  await using stage = await openIntercepting();
  const store = [
    "-keystore",
    stage.folder.file("ks"),
    "-storepass",
    "changeit",
  ];
  const alias = ["-alias", "sluice"];
  const file = ["-noprompt", "-file", stage.caPath];
  await succeed("keytool", ["-importcert", ...store, ...alias, ...file]);
  const { text } = await succeed("keytool", ["-list", ...store, ...alias]);
  const { fingerprint256 } = new X509Certificate(
    await Deno.readTextFile(stage.caPath),
  );
  assertStringIncludes(text, "trustedCertEntry");
  assertStringIncludes(text, fingerprint256);
});

testWith(["git", "openssl"], "git is intercepted", async () => {
  using root = new TemporaryFolder();
  const bare = root.file("origin.git");
  const work = root.file("work");
  const git = (...args: string[]) => succeed("git", args);
  await git("init", "-q", "--bare", "-b", "main", bare);
  await git("clone", "-q", bare, work);
  await Deno.writeFile(`${work}/file`, content(300_000));
  await git("-C", work, "add", "file");
  const author = ["-c", "user.name=a", "-c", "user.email=a@b.test"];
  await git("-C", work, ...author, "commit", "-q", "-m", "one");
  await git("-C", work, "push", "-q", "origin", "HEAD:main");
  await using stage = await openIntercepting(gitHandler(root.path));
  const into = stage.folder.file("clone");
  await git(
    ...["-c", `http.proxy=${stage.proxy.url}`],
    ...["-c", `http.sslCAInfo=${stage.caPath}`],
    ...["clone", "-q", `${stage.secure.url}/smart/origin.git`, into],
  );
  assertEquals(await Deno.readFile(`${into}/file`), content(300_000));
  const record = await stage.proxy.record(({ url }) =>
    url.endsWith("/git-upload-pack")
  );
  assertEquals([record.method, record.status], ["POST", 200]);
});

const CHROMIUM = ["chromium", "certutil", "openssl"];

testWith(CHROMIUM, "Chromium is intercepted", async () => {
  await using stage = await openIntercepting(chromiumSite());
  const { proxy, plain, secure, folder, caPath } = stage;
  const home = folder.file("home");
  await trustInNssStore(home, caPath);
  const frame = encodeURIComponent(`${secure.url}/inner`);
  const { text: dom } = await succeed("chromium", [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
    ...["--disable-dev-shm-usage", "--no-first-run", "--disable-sync"],
    ...["--disable-background-networking", "--disable-component-update"],
    ...["--disable-default-apps", "--disable-extensions"],
    `--user-data-dir=${folder.file("user")}`,
    ...[`--proxy-server=${proxy.url}`, "--proxy-bypass-list=<-loopback>"],
    ...["--dump-dom", `${plain.url}/outer?frame=${frame}`],
  ], { deadlineMs: 40_000, env: { HOME: home } });
  const noted = /<pre id="secure">([^<]*)<\/pre>/.exec(dom)?.[1];
  assertEquals(noted, expectedNote(content(1_000_000)));
  await assertSeen(stage, "/inner");
  const socket = await proxy.record(({ url }) => url === `${secure.url}/echo`);
  assertEquals(socket.status, 101);
  // It also looks for its maker's servers, which are not there.
  const bad = proxy.records.filter(({ url, outcome }) =>
    outcome === "error" && url.includes(`127.0.0.1:${secure.port}`)
  );
  assertEquals(bad, []);
});

/** The leaf that a client is shown, and what openssl says of it. */
async function shownTo(
  { proxy, secure, caPath }: InterceptingStage,
): Promise<{ leaf: X509Certificate; text: string }> {
  const { text, stderr } = await run("openssl", [
    ...["s_client", "-proxy", `127.0.0.1:${proxy.port}`, "-CAfile", caPath],
    ...["-connect", `127.0.0.1:${secure.port}`, "-verify_ip", "127.0.0.1"],
  ]);
  const [pem = ""] =
    /-----BEGIN CERT[^]*?-----END CERTIFICATE-----/.exec(text) ??
      [];
  return { leaf: new X509Certificate(pem), text: text + stderr };
}
