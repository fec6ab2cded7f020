import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { startProxy } from "../../src/cli/start_proxy.ts";
import { resolveSettings, type Settings } from "../../src/config.ts";
import { get } from "./child_proxy.ts";
import { plainOrigin } from "./plain_origin.ts";
import { Peer } from "../net/loopback.ts";

function settingsOf(...args: string[]): Settings {
  return resolveSettings({
    args: [
      ...["--port", "0", "--kv", ":memory:"],
      ...["--log-file", "off", "--rules", "off"],
      ...args,
    ],
    env: {},
    readConfigFile: () => "{}",
    isTerminal: false,
  }).settings;
}

async function exchange(port: number, request: string): Promise<string> {
  using peer = new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
  await peer.send(request);
  return await peer.rest();
}

/** A console that keeps what it is given. */
function memory() {
  const decoder = new TextDecoder();
  const console = {
    text: "",
    write(bytes: Uint8Array): Promise<number> {
      return Promise.resolve(console.writeSync(bytes));
    },
    writeSync(bytes: Uint8Array): number {
      console.text += decoder.decode(bytes);
      return bytes.length;
    },
  };
  return console;
}

Deno.test("startProxy() serves, and stop() writes the log and frees the port", async () => {
  await using origin = plainOrigin("served");
  const target = memory();
  const proxy = await startProxy(settingsOf(), { target, colour: false });
  assertEquals(proxy.address, `http://127.0.0.1:${proxy.port}`);
  assertMatch(await exchange(proxy.port, get(origin.url)), / 200 [^]*served$/);
  assertEquals(await proxy.stop(), 0);
  await proxy.served;
  assertEquals(JSON.parse(target.text).url, origin.url);
  Deno.listen({ hostname: "127.0.0.1", port: proxy.port }).close();
});

Deno.test("startProxy() gives the pages its version and address", async () => {
  const proxy = await startProxy(settingsOf("--host", "localhost"), undefined);
  const answer = await exchange(proxy.port, get(`${proxy.address}/`));
  assertStringIncludes(answer, `curl -x ${proxy.address} `);
  await proxy.stop();
});

Deno.test("startProxy() leaves nothing open when it can't start", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_start_" });
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const logFile = join(folder, "access.log");
  await assertRejects(
    () => startProxy({ ...settingsOf(), logFile, port }, undefined),
    Deno.errors.AddrInUse,
  );
  await assertRejects(
    () => startProxy(settingsOf("--upstream-ca", "/dev/null/x"), undefined),
    Error,
    'Cannot read the PEM file of --upstream-ca, "/dev/null/x": ',
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("startProxy() names TLS files that are none", async () => {
  const empty = ["--tls-cert", "/dev/null", "--tls-key", "/dev/null"];
  await assertRejects(
    () => startProxy(settingsOf(...empty), undefined),
    Error,
    'Cannot use "/dev/null" and "/dev/null" for TLS: ',
  );
});

Deno.test("startProxy() counts and keeps nothing with --statistics off, and says so", async () => {
  await using origin = plainOrigin("served");
  const target = memory();
  const proxy = await startProxy(settingsOf("--statistics", "off"), {
    target,
    colour: false,
  });
  assertMatch(await exchange(proxy.port, get(origin.url)), / 200 [^]*served$/);
  for (const path of ["/proxy-stats.json", "/metrics", "/admin/logs"]) {
    const url = `http://127.0.0.1:${proxy.port}${path}`;
    const response = await fetch(url);
    assertEquals(response.status, 404, path);
    assertStringIncludes(await response.text(), "--statistics off");
  }
  assertEquals(await proxy.stop(), 0);
  await proxy.served;
  assertEquals(target.text.trim().split("\n").length, 4);
});
