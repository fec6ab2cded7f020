import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { ChildProxy, get, runToEnd } from "./child_proxy.ts";
import { plainOrigin } from "./plain_origin.ts";

Deno.test("run() says on one line where it listens, and serves there", async () => {
  await using origin = plainOrigin("served");
  await using proxy = await ChildProxy.start();
  assertMatch(proxy.stdout.text, /^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  assertMatch(
    await proxy.exchange(get(origin.url)),
    /^HTTP\/1\.1 200 .*served$/s,
  );
});

Deno.test("run() listens where flags, environment and file say", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      join(folder, "sluice.jsonc"),
      `{ "data": "from-file", "port": "0", "log-format": "common" /* why */ }`,
    );
    await using proxy = ChildProxy.spawn(
      ["--config", "sluice.jsonc", "--host", "::1"],
      { cwd: folder, env: { SLUICE_LOG_FORMAT: "combined", SLUICE_PORT: "" } },
    );
    await proxy.stdout.waitFor(/^listening on http:\/\/\[::1\]:\d+\n/);
    await proxy.exchange(get(`${proxy.address}healthz`, "User-Agent: me\r\n"));
    const { code, stdout } = await proxy.stop();
    assertEquals(code, 0);
    assertMatch(stdout, /\n::1 - - \[.*"GET .*" 200 .* "me"\n$/);
    assertEquals(
      (await Deno.stat(join(folder, "from-file"))).isDirectory,
      true,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("run() takes the config file from the environment", async () => {
  const { code, stderr } = await runToEnd([], {
    env: { SLUICE_CONFIG: "/dev/null/none.json" },
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "SLUICE_CONFIG");
});

Deno.test("run() names the variable of a wrong value", async () => {
  const { code, stderr } = await runToEnd([], { env: { SLUICE_PORT: "x" } });
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'SLUICE_PORT: got "x"');
});

Deno.test("run() ends with 1 where the port is taken, and says what to do", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { code, stdout, stderr } = await runToEnd(["--port", `${port}`]);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(
    stderr,
    `sluice: Cannot listen on 127.0.0.1:${port}: the port is taken.`,
  );
  assertStringIncludes(stderr, "choose another port with --port");
});

Deno.test("run() ends with 1 for an address that is not this machine's", async () => {
  // RFC 5737 §3: 192.0.2.0/24 is for documentation and nobody's.
  const args = ["--port", "0", "--host", "192.0.2.1", "--open"];
  const { code, stderr } = await runToEnd(args);
  assertEquals(code, 1);
  assertMatch(stderr, /Cannot listen on 192\.0\.2\.1:0: .*--host/);
});

Deno.test("run() refuses a data folder that another proxy has, naming that one", async () => {
  await using first = await ChildProxy.start();
  const second = await runToEnd(["--port", "0", "--data", first.dataFolder]);
  assertEquals([second.code, second.stdout], [1, ""]);
  assertStringIncludes(
    second.stderr,
    `another proxy has it (process ${first.pid} at ${first.address.origin})`,
  );
  assertStringIncludes(second.stderr, "--data");
  assertMatch(await first.exchange(get(`${first.address}healthz`)), / 200 /);
});

Deno.test("run() takes over the data folder of a proxy that was killed", async () => {
  await using first = await ChildProxy.start();
  first.signal("SIGKILL");
  await first.finished();
  await using second = await ChildProxy.start(["--data", first.dataFolder]);
  const { code } = await second.stop();
  assertEquals(code, 0);
});

Deno.test("run() keeps what it writes to its owner", async () => {
  await using proxy = await ChildProxy.start();
  await proxy.exchange(get(`${proxy.address}healthz`));
  await proxy.stop();
  assertEquals(modeOf(proxy.dataFolder), 0o700);
  const entries = await Array.fromAsync(Deno.readDir(proxy.dataFolder));
  const files = entries.map(({ name }) => name);
  assertEquals(
    files.toSorted().filter((name) => !/-(?:shm|wal)$/.test(name)),
    ["access.log", "admin-token", "kv.sqlite3", "lock"],
  );
  for (const file of files) {
    assertEquals(modeOf(join(proxy.dataFolder, file)), 0o600, file);
  }
});

Deno.test("run() ends with 1 for a file that it can't use, and names it", async () => {
  const missing = "/dev/null/missing.pem";
  const main = new URL(import.meta.url).pathname;
  const cases: [args: string[], said: RegExp][] = [
    [
      ["--data", "/dev/null/x"],
      /^sluice: Cannot use the data folder "\/dev\/null\/x".*--data/,
    ],
    [
      ["--log-file", "/dev/null/log"],
      /^sluice: Cannot open the log file "\/dev\/null\/log"/,
    ],
    [
      ["--tls-cert", missing, "--tls-key", main],
      /^sluice: Cannot read the PEM file of --tls-cert, "\/dev\/null\/missing.pem"/,
    ],
    [
      ["--tls-cert", main, "--tls-key", missing],
      /^sluice: Cannot read the PEM file of --tls-key, /,
    ],
    [
      ["--tls-cert", main, "--tls-key", main],
      /^sluice: Cannot use ".*" and ".*" for TLS: .*PEM/,
    ],
    [
      ["--upstream-ca", missing],
      /^sluice: Cannot read the PEM file of --upstream-ca, /,
    ],
  ];
  for (const [args, said] of cases) {
    const { code, stdout, stderr } = await runToEnd(["--port", "0", ...args]);
    assertEquals([code, stdout], [1, ""], args.join(" "));
    assertMatch(stderr, said);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  }
});

Deno.test("run() stays up through what nobody catches", async () => {
  const thrower = new URL("./uncaught_thrower.ts", import.meta.url).pathname;
  await using proxy = await ChildProxy.start([], {
    denoArgs: ["--preload", thrower],
  });
  proxy.signal("SIGUSR1");
  await proxy.stderr.waitFor(
    /an exception that nobody handled: .*thrown in a timer/,
  );
  proxy.signal("SIGUSR2");
  await proxy.stderr.waitFor(
    /a rejection that nobody handled: .*rejected unseen/,
  );
  assertMatch(await proxy.exchange(get(`${proxy.address}healthz`)), / 200 /);
  assertEquals((await proxy.stop()).code, 0);
});

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}
