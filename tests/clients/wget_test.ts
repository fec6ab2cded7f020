/** What wget asks and gets through the proxy. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { testWith } from "../requirement.ts";
import { content, digest, serveContent } from "./content_origin.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Ended, run } from "./strangers.ts";

testWith(["wget", "openssl"], "wget speaks through the proxy", async (t) => {
  await using stage = await openStage([], serveSite);
  const { proxy, plain, secure, folder } = stage;

  await t.step("in the clear and in a tunnel", async () => {
    for (const origin of [plain, secure]) {
      const { stdout } = await wget(stage, `${origin.url}/bytes/300000`);
      assertEquals(digest(stdout), digest(content(300_000)));
    }
    await proxy.record(({ url }) => url === `127.0.0.1:${secure.port}`);
    await proxy.record(({ url }) => url === `${plain.url}/bytes/300000`);
  });

  await t.step("a body of unknown length", async () => {
    const { stdout } = await wget(stage, `${plain.url}/stream/300000`);
    assertEquals(digest(stdout), digest(content(300_000)));
  });

  await t.step("the file of a form", async () => {
    const path = await folder.write("form", content(400_000));
    const { text } = await wget(
      stage,
      ...[`--post-file=${path}`, `${plain.url}/digest`],
    );
    assertEquals(text, digest(content(400_000)));
  });

  await t.step("the rest of a file", async () => {
    const path = await folder.write("rest", content(1000));
    await wget(stage, "-c", "-O", path, `${plain.url}/bytes/5000`);
    assertEquals(await Deno.readFile(path), content(5000));
    await proxy.record(({ status }) => status === 206);
  });

  await t.step("a site with its links", async () => {
    await wget(stage, "-r", "-nH", "-P", folder.path, `${plain.url}/site`);
    assertEquals(await Deno.readFile(folder.file("bytes/10")), content(10));
    assertEquals(await Deno.readFile(folder.file("bytes/20")), content(20));
  });

  await t.step("the answer to a page that is missing", async () => {
    const args = ["-S", "-O-", `${plain.url}/none`];
    const { code, stderr } = await run("wget", args, { env: envOf(stage) });
    assertEquals(code, 8);
    assertStringIncludes(stderr, "HTTP/1.1 404 Not Found");
  });
});

/** A page with links, beside the usual content. */
function serveSite(request: Request): Response | Promise<Response> {
  if (new URL(request.url).pathname !== "/site") return serveContent(request);
  return new Response(
    '<a href="/bytes/10">ten</a> <img src="/bytes/20">',
    { headers: { "content-type": "text/html" } },
  );
}

async function wget(stage: Stage, ...args: string[]): Promise<Ended> {
  const { certPath } = stage.certificate;
  const common = ["-q", "-t", "1", `--ca-certificate=${certPath}`, "-O-"];
  const isSaved = args.includes("-O") || args.includes("-P");
  const ended = await run(
    "wget",
    [...(isSaved ? common.slice(0, -1) : common), ...args],
    { env: envOf(stage) },
  );
  assertEquals(ended.code, 0, ended.stderr);
  return ended;
}

function envOf({ proxy }: Stage): Record<string, string> {
  return { http_proxy: proxy.url, https_proxy: proxy.url };
}
