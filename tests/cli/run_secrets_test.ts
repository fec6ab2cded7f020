import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ScriptedServer } from "../net/loopback.ts";
import { ChildProxy, get } from "./child_proxy.ts";
import { plainOrigin } from "./plain_origin.ts";

const SECRET = "open-sesame";
const ENCODED = btoa(`ann:${SECRET}`);
const FIELDS = `Authorization: Basic ${ENCODED}\r\n` +
  `Proxy-Authorization: Basic ${ENCODED}\r\n` +
  `Cookie: session=${SECRET}\r\n`;

for (const format of ["pretty", "json", "common", "combined"]) {
  Deno.test(`run() keeps credentials and cookies out of its logs (${format})`, async () => {
    await using origin = plainOrigin("x", `Set-Cookie: id=${SECRET}\r\n`);
    const { host, port } = new URL(origin.url);
    await using proxy = await ChildProxy.start([
      ...["--log-format", format, "--log-level", "debug"],
    ]);
    assertMatch(await proxy.exchange(get(origin.url, FIELDS)), / 200 /);
    await proxy.exchange(get("http://127.0.0.1:1/", FIELDS));
    await proxy.exchange(get(`http://ann:${SECRET}@${host}/`, FIELDS));
    await proxy.exchange(
      `CONNECT 127.0.0.1:${port} HTTP/1.0\r\n${FIELDS}\r\nGET / HTTP/1.0\r\nCookie: a=${SECRET}\r\n\r\n`,
    );
    await proxy.exchange(
      `GET ${origin.url} HTTP/1.1\r\nHost : x\r\n${FIELDS}\r\n`,
    );
    await assertNothingSaid(proxy, 5);
  });
}

Deno.test("run() keeps a parent's password out of its logs", async () => {
  await using parent = new ScriptedServer(async (peer) => {
    const head = await peer.head();
    assertStringIncludes(head, `Proxy-Authorization: Basic ${ENCODED}`);
    await peer.send("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
  });
  const dead = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  dead.close();
  for (const port of [parent.port, dead.addr.port]) {
    await using proxy = await ChildProxy.start([
      ...["--upstream", `http://ann:${SECRET}@127.0.0.1:${port}`],
      ...["--log-level", "debug"],
    ]);
    const answer = await proxy.exchange(get("http://origin.test/"));
    assertEquals(answer.includes(SECRET) || answer.includes(ENCODED), false);
    await proxy.exchange(
      "CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\nConnection: close\r\n\r\n",
    );
    await assertNothingSaid(proxy, 2);
  }
});

/** Ends the proxy, and looks through everything that it printed and wrote. */
async function assertNothingSaid(
  proxy: ChildProxy,
  records: number,
): Promise<void> {
  const { code, stdout, stderr } = await proxy.stop();
  const file = await Deno.readTextFile(join(proxy.dataFolder, "access.log"));
  assertEquals([code, file.trimEnd().split("\n").length], [0, records], file);
  for (const text of [stdout, stderr, file]) {
    assertEquals(text.includes(SECRET), false, text);
    assertEquals(text.includes(ENCODED), false, text);
  }
}
