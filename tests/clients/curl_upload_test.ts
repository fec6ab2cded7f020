/** What curl sends through the proxy, in the clear and in tunnels. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ScriptedServer } from "../net/loopback.ts";
import { testWith } from "../requirement.ts";
import { content, digest } from "./content_origin.ts";
import { curl } from "./curl.ts";
import { openStage } from "./stage.ts";

const BIG_BYTES = 64 * 1024 * 1024;

testWith(["curl", "openssl"], "curl sends through the proxy", async (t) => {
  await using stage = await openStage();
  const { proxy, plain, secure, folder } = stage;
  const send = (...args: string[]) => curl(stage, args);

  await t.step("a form", async () => {
    const { text } = await send("-d", "a=1&b=2", `${plain.url}/digest?form`);
    assertEquals(text, digest("a=1&b=2"));
    const record = await proxy.record(({ url }) => url.endsWith("?form"));
    assertEquals([record.method, record.status], ["POST", 200]);
  });

  await t.step("64 MiB, in the clear and in a tunnel", async () => {
    const bytes = content(BIG_BYTES);
    const path = await folder.write("big", bytes);
    for (const origin of [plain, secure]) {
      const { text } = await send(
        ...["--http1.1", "-T", path, `${origin.url}/digest?big`],
      );
      assertEquals(text, digest(bytes));
    }
    const record = await proxy.record(({ url }) => url.endsWith("?big"));
    assertEquals([record.method, record.status], ["PUT", 200]);
    assert(record.bytesIn > BIG_BYTES && record.bytesIn < BIG_BYTES + 1000);
  });

  await t.step("chunks from its standard input", async () => {
    const stdin = content(5_000_000);
    const { text } = await curl(stage, ["-T", "-", `${plain.url}/digest`], {
      stdin,
    });
    assertEquals(text, digest(stdin));
  });

  await t.step("a large body after 100 (Continue)", async () => {
    const path = await folder.write("large", content(3_000_000));
    const { text, stderr } = await send(
      ...["-v", "-H", "Expect: 100-continue", "--expect100-timeout", "60"],
      ...["--data-binary", `@${path}`, `${plain.url}/digest`],
    );
    assertStringIncludes(stderr, "< HTTP/1.1 100 Continue");
    assertEquals(text, digest(content(3_000_000)));
  });

  await t.step("no body where the origin refuses it at once", async () => {
    await using origin = new ScriptedServer(async (peer) => {
      await peer.head();
      await peer.send(
        "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n",
      );
      await peer.send("Content-Length: 10\r\n\r\ntoo large\n");
      await peer.rest();
    });
    const path = await folder.write("refused", content(3_000_000));
    const { text } = await send(
      ...["-H", "Expect: 100-continue", "--expect100-timeout", "60"],
      ...["--data-binary", `@${path}`, "-w", "%{http_code} %{size_upload}"],
      `http://127.0.0.1:${origin.port}/`,
    );
    assertEquals(text, "too large\n413 0");
  });

  await t.step("a body that the origin refuses halfway", async () => {
    await using origin = new ScriptedServer(async (peer) => {
      await peer.head();
      await peer.bytes(1_000_000);
      await peer.send(
        "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n",
      );
      await peer.send("Content-Length: 10\r\n\r\ntoo large\n");
    });
    const url = `http://127.0.0.1:${origin.port}/halfway`;
    const { text } = await send(
      ...["-H", "Expect:", "-T", folder.file("big"), "-w", "%{http_code}", url],
    );
    assertEquals(text, "too large\n413");
    const record = await proxy.record((one) => one.url === url);
    assertEquals(record.status, 413);
  });

  await t.step("100 bodies at once", async () => {
    const bodies = Array.from({ length: 100 }, (_, i) => `${i}`.repeat(20_000));
    const args = bodies.flatMap((body, i) => [
      ...(i === 0 ? [] : ["--next", "-sS", "-x", proxy.url]),
      ...["--data-binary", `@${folder.file(`body${i}`)}`],
      ...[
        "-o",
        folder.file(`answer${i}`),
        `${plain.url}/digest?${body.length}`,
      ],
    ]);
    await Promise.all(bodies.map((body, i) => folder.write(`body${i}`, body)));
    await send("-Z", "--parallel-max", "100", "--parallel-immediate", ...args);
    for (const [i, body] of bodies.entries()) {
      const answer = await Deno.readTextFile(folder.file(`answer${i}`));
      assertEquals(answer, digest(body));
    }
  });

  await t.step("several files as a form, and the next request", async () => {
    const path = await folder.write("part", content(100_000));
    const { text } = await send(
      ...["-F", `one=@${path}`, "-F", "two=2", `${plain.url}/digest`, "--next"],
      ...["-sS", "-x", proxy.url, "-d", "", `${plain.url}/digest`],
    );
    assertEquals(text.length, 128);
    assertEquals(text.slice(64), digest(""));
  });
});
