import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hashSync } from "bcryptjs";
import { join } from "@std/path";
import { ChildProxy, get, runToEnd } from "./child_proxy.ts";
import { plainOrigin } from "./plain_origin.ts";

const SECRET = "open-sesame";

/** A field by which a user says who it is. */
function as(user: string, password = SECRET): string {
  return `Proxy-Authorization: Basic ${btoa(`${user}:${password}`)}\r\n`;
}

function users(...names: string[]): string {
  const hash = hashSync(SECRET, 4);
  return names.map((name) => `${name}:${hash}\n`).join("");
}

/** A proxy in a folder with that password file. */
async function startWith(path: string, text: string): Promise<ChildProxy> {
  await Deno.writeTextFile(path, text);
  return await ChildProxy.start(["--auth-file", path]);
}

Deno.test("run() goes by a password file, and reads it anew when it changes", async () => {
  await using origin = plainOrigin("served");
  const folder = await Deno.makeTempDir({ prefix: "sluice_users_" });
  const path = join(folder, "users");
  try {
    await using proxy = await startWith(path, users("ann"));
    const ask = (user: string) => proxy.exchange(get(origin.url, as(user)));
    assertMatch(await proxy.exchange(get(origin.url)), / 407 /);
    assertMatch(await ask("ann"), / 200 .*served$/s);
    await Deno.writeTextFile(path, users("bob", "carol"));
    await proxy.stderr.waitFor(/read anew: 2 users/);
    assertMatch(await ask("ann"), / 407 /);
    assertMatch(await ask("bob"), / 200 /);
    await Deno.writeTextFile(path, `bob:${SECRET}\n`);
    await proxy.stderr.waitFor(/line 1: .*The users stay as they were/);
    assertMatch(await ask("bob"), / 200 /);
    const { code, stdout, stderr } = await proxy.stop();
    assertEquals(code, 0);
    assertEquals(stdout.includes('"user":"bob"'), true);
    for (const secret of [SECRET, btoa(`ann:${SECRET}`)]) {
      assertEquals((stdout + stderr).includes(secret), false);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("run() ends with 1 for a password file that it can't use", async () => {
  const { code, stderr } = await runToEnd(["--auth-file", "/dev/null/users"]);
  assertEquals(code, 1);
  assertMatch(
    stderr,
    /^sluice: Cannot read the password file of --auth-file, "\/dev\/null\/users": /,
  );
});

Deno.test("run() is strict beyond loopback, and says so", async () => {
  await using origin = plainOrigin("inside");
  const { host } = new URL(origin.url);
  await using proxy = await ChildProxy.start([
    ...["--host", "0.0.0.0", "--allow-client", "127.0.0.0/8"],
  ]);
  assertMatch(proxy.stdout.text, /^listening on http:\/\/0\.0\.0\.0:\d+\n/);
  await proxy.stderr.waitFor(
    /Serving clients from 127\.0\.0\.0\/8; CONNECT to port 443 only, private addresses denied\./,
  );
  const plain = await proxy.exchange(get(origin.url));
  assertMatch(plain, /^HTTP\/1\.1 403 /);
  assertStringIncludes(plain, "error=destination_ip_prohibited");
  const ports: [authority: string, error: string][] = [
    [host, "http_request_denied"],
    ["127.0.0.1:443", "destination_ip_prohibited"],
  ];
  for (const [authority, error] of ports) {
    const head = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
    const tunnel = await proxy.exchange(head);
    assertMatch(tunnel, /^HTTP\/1\.1 403 /);
    assertStringIncludes(tunnel, `error=${error}`);
  }
  assertEquals((await proxy.stop()).code, 0);
});

Deno.test("run() warns of a proxy that is open to all", async () => {
  await using proxy = await ChildProxy.start(["--host", "::", "--open"]);
  await proxy.stderr.waitFor(/WARN.*Serving whoever reaches it, without/);
});

Deno.test("run() holds little memory under a thousand guesses", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_users_" });
  try {
    await using proxy = await startWith(join(folder, "users"), users("ann"));
    await proxy.exchange(get("http://127.0.0.1:1/", as("ann", "first")));
    const before = residentBytes(proxy.pid);
    using peer = await proxy.connect();
    for (let i = 0; i < 1000; i++) {
      const guess = as(`user ${i}`, `guess ${i} `.padEnd(500, "x"));
      await peer.send(
        `GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n${guess}\r\n`,
      );
      const head = await peer.head();
      assertMatch(head, /^HTTP\/1\.1 4(07|29) /);
      const [, length] = /^Content-Length: (\d+)/im.exec(head) ?? [];
      await peer.bytes(Number(length));
    }
    const grown = residentBytes(proxy.pid) - before;
    assertEquals(grown < 64 * 1024 * 1024, true, `${grown} bytes`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What a process holds of the machine's memory; 0 where the system does not tell. */
function residentBytes(pid: number): number {
  if (Deno.build.os !== "linux") return 0;
  const text = Deno.readTextFileSync(`/proc/${pid}/statm`);
  return Number(text.split(" ")[1]) * 4096;
}
