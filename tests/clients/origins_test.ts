/** Origins of other makers behind the proxy. */

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testWith } from "../requirement.ts";
import { content, digest } from "./content_origin.ts";
import { ProxyProcess } from "./proxy_process.ts";
import { ServerProgram, succeed, TemporaryFolder } from "./strangers.ts";

testWith(
  ["curl", "python3"],
  "the proxy keeps the client of an origin that speaks HTTP/1.0",
  async () => {
    using folder = new TemporaryFolder();
    await folder.write("file", content(700_000));
    await using origin = await ServerProgram.start(
      "python3",
      ["-Iu", "-m", "http.server", "-b", "127.0.0.1", "-d", folder.path, "0"],
      /port (\d+)/,
    );
    await using proxy = await ProxyProcess.start();
    const url = `http://127.0.0.1:${origin.ready}/file`;
    const args = ["-qsS", "-x", proxy.url, "-w", "%{stderr}%{num_connects}"];
    const { stdout, stderr } = await succeed("curl", [...args, url, url]);
    const twice = new Uint8Array(1_400_000);
    twice.set(content(700_000));
    twice.set(content(700_000), 700_000);
    assertEquals(digest(stdout), digest(twice));
    assertEquals(stderr, "10");
  },
);

testWith(
  ["node"],
  "the proxy finds another connection where an origin closed an idle one",
  async () => {
    const program = new URL("programs/impatient_origin.mjs", import.meta.url);
    const args = [fromFileUrl(program)];
    await using origin = await ServerProgram.start("node", args, /^(\d+)$/);
    await using proxy = await ProxyProcess.start();
    using client = Deno.createHttpClient({ proxy: { url: proxy.url } });
    for (let i = 0; i < 5; i++) {
      const url = `http://127.0.0.1:${origin.ready}/${i}`;
      const response = await fetch(url, { client });
      assertEquals([response.status, await response.text()], [200, `/${i}`]);
      assertEquals(await origin.nextLine(), "closed");
    }
  },
);
