import { assertEquals } from "@std/assert";
import { isOpenToAll, postureText } from "../../src/cli/posture.ts";
import { resolveSettings, type Settings } from "../../src/config.ts";

function settingsOf(...args: string[]): Settings {
  const env = {};
  const readConfigFile = () => "{}";
  return resolveSettings({ args, env, readConfigFile, isTerminal: false })
    .settings;
}

const BEYOND = ["--host", "0.0.0.0"];

Deno.test("postureText() says whom the proxy serves, and where it leads", () => {
  const cases: [args: string[], said: string][] = [
    [
      [],
      "Serving programs on this machine; CONNECT to any port, private addresses allowed.",
    ],
    [
      ["--auth-file", "users", "--connect-ports", "443,8000-8999"],
      "Serving programs on this machine with a password of users; CONNECT to port 443, 8000-8999 only, private addresses allowed.",
    ],
    [
      [...BEYOND, "--open"],
      "Serving whoever reaches it, without a password; CONNECT to port 443 only, private addresses denied.",
    ],
    [
      [
        ...[...BEYOND, "--tls-cert", "c.pem", "--tls-key", "k.pem"],
        ...["--auth-file", "users", "--allow-client", "10.0.0.0/8,::1"],
      ],
      "Serving clients from 10.0.0.0/8, ::1 with a password of users; CONNECT to port 443 only, private addresses denied.",
    ],
    [
      [...BEYOND, "--auth-file", "users", "--allow-address", "10.1.0.0/16"],
      "Serving clients from anywhere with a password of users, sent in the clear without --tls-cert; CONNECT to port 443 only, private addresses denied but 10.1.0.0/16.",
    ],
  ];
  for (const [args, said] of cases) {
    assertEquals(postureText(settingsOf(...args)), said);
  }
});

Deno.test("isOpenToAll() is a proxy beyond loopback that asks nobody", () => {
  assertEquals(isOpenToAll(settingsOf(...BEYOND, "--open")), true);
  const others = [
    [],
    ["--open"],
    [...BEYOND, "--auth-file", "users"],
    [...BEYOND, "--open", "--allow-client", "10.0.0.0/8"],
  ];
  for (const args of others) {
    assertEquals(isOpenToAll(settingsOf(...args)), false, args.join(" "));
  }
});
