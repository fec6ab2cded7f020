/** How clients come by with a proxy that wants a user and a password. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { hashSync } from "bcryptjs";
import { testWith } from "../requirement.ts";
import { content, digest } from "./content_origin.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Ended, run, succeed, TemporaryFolder } from "./strangers.ts";

const PASSWORD = "pass: wörd/@";

/** A stage whose proxy knows ann alone, by a hash that takes its time. */
function openAuthStage(folder: TemporaryFolder): Promise<Stage> {
  const path = folder.file("users");
  Deno.writeTextFileSync(path, `ann:${hashSync(PASSWORD, 8)}\n`);
  return openStage(["--auth-file", path]);
}

/** curl through the proxy as ann. */
function curlAs(
  password: string,
  { proxy, certificate }: Stage,
  ...args: string[]
): Promise<Ended> {
  const { host } = new URL(proxy.url);
  const credentials = `ann:${encodeURIComponent(password)}`;
  const common = ["-q", "-sS", "-x", `http://${credentials}@${host}`];
  return run("curl", [...common, "--cacert", certificate.certPath, ...args]);
}

testWith(["curl", "openssl"], "curl says who it is", async (t) => {
  using folder = new TemporaryFolder();
  await using stage = await openAuthStage(folder);
  const { proxy, plain, secure } = stage;
  const urls = [`${plain.url}/bytes/1000`, `${secure.url}/bytes/1000`];

  for (const url of urls) {
    const { protocol } = new URL(url);
    for (const first of [[], ["--proxy-anyauth"]]) {
      await t.step(`${protocol} ${first.join()}`, async () => {
        const { code, stdout, stderr } = await curlAs(
          PASSWORD,
          stage,
          ...first,
          url,
        );
        assertEquals(code, 0, stderr);
        assertEquals(digest(stdout), digest(content(1000)));
        await proxy.record(({ client, status }) =>
          status === 200 && "user" in client && client.user === "ann"
        );
      });
    }
  }

  await t.step("a body, once it knows that it has to", async () => {
    const data = ["--data-binary", "a".repeat(100_000)];
    const { text } = await curlAs(
      PASSWORD,
      stage,
      ...["--proxy-anyauth", ...data, `${plain.url}/digest`],
    );
    assertEquals(text.trim(), digest("a".repeat(100_000)));
  });

  await t.step("wrong, in the clear and for a tunnel", async () => {
    const { text } = await curlAs("wrong", stage, urls[0]!);
    assertStringIncludes(text, "the user or the password is wrong");
    const { code, stderr } = await curlAs("wrong", stage, urls[1]!);
    assert(code !== 0);
    assertStringIncludes(stderr, "407");
  });
});

const WITH_URLLIB = `
import ssl, sys, urllib.request
proxy, certificate = sys.argv[1:3]
context = ssl.create_default_context(cafile=certificate)
opener = urllib.request.build_opener(
    urllib.request.ProxyHandler({"http": proxy, "https": proxy}),
    urllib.request.HTTPSHandler(context=context),
)
for url in sys.argv[3:]:
    with opener.open(url) as answer:
        print(answer.status, len(answer.read()))
`;

testWith(["python3", "openssl"], "urllib says who it is", async () => {
  using folder = new TemporaryFolder();
  await using stage = await openAuthStage(folder);
  const { proxy, plain, secure, certificate } = stage;
  const { host } = new URL(proxy.url);
  const { text } = await succeed("python3", [
    ...["-c", WITH_URLLIB],
    `http://ann:${encodeURIComponent(PASSWORD)}@${host}`,
    certificate.certPath,
    ...[`${plain.url}/bytes/1000`, `${secure.url}/bytes/1000`],
  ]);
  assertEquals(text, "200 1000\n200 1000\n");
});
