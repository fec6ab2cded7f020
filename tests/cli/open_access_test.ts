import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type OpenAccess, openAccess } from "../../src/cli/open_access.ts";
import { defaultSettings, type Settings } from "../../src/config.ts";
import type { Authentication } from "../../src/policy/authenticator.ts";
import { basic, USERS } from "../scenarios/auth_scenario.ts";
import { until } from "../scenarios/scenario.ts";

const LOOK_MS = 5;

function settingsWith(given: Partial<Settings>): Settings {
  return { ...defaultSettings(), ...given };
}

/** Opens access by a password file with that text, and closes it at the end. */
async function withFile(
  text: string,
  play: (opened: OpenAccess, path: string) => Promise<void>,
): Promise<void> {
  const authPath = await Deno.makeTempFile({ prefix: "sluice_users_" });
  try {
    await Deno.writeTextFile(authPath, text);
    const opened = openAccess(settingsWith({ authPath }), { lookMs: LOOK_MS });
    try {
      await play(opened, authPath);
    } finally {
      await opened.close();
    }
  } finally {
    await Deno.remove(authPath);
  }
}

async function ask(
  { access }: OpenAccess,
  user: string,
): Promise<Authentication["kind"]> {
  const { kind } = await access!.authenticator!
    .authenticate(basic(user), "192.0.2.1");
  return kind;
}

/** Asks until the answer is that, as long as `until` waits. */
async function comesTo(
  opened: OpenAccess,
  user: string,
  wanted: Authentication["kind"],
): Promise<void> {
  let kind: string | undefined;
  const asking = setInterval(async () => {
    kind = await ask(opened, user);
  }, LOOK_MS);
  try {
    await until(() => kind === wanted, `${user} is not ${wanted}`);
  } finally {
    clearInterval(asking);
  }
}

Deno.test("openAccess() is nothing where nothing is limited", async () => {
  const { access, close } = openAccess(defaultSettings());
  assertEquals(access, undefined);
  await close();
});

Deno.test("openAccess() has the ranges of clients and the ports", () => {
  const connectPorts = [{ first: 443, last: 443 }];
  const { access } = openAccess(
    settingsWith({ allowClients: ["10.0.0.0/8"], connectPorts }),
  );
  assertEquals(access?.clients?.contains("10.1.2.3"), true);
  assertEquals(access?.clients?.contains("127.0.0.1"), false);
  assertEquals(access?.connectPorts, connectPorts);
  assertEquals(access?.authenticator, undefined);
});

Deno.test("openAccess() checks passwords in a thread", async () => {
  await withFile(USERS, async (opened) => {
    assertEquals(await ask(opened, "ann"), "accepted");
    assertEquals(await ask(opened, "eve"), "rejected");
  });
});

Deno.test("openAccess() goes by a file that was changed", async () => {
  await withFile(USERS, async (opened, path) => {
    assertEquals(await ask(opened, "ann"), "accepted");
    await Deno.writeTextFile(path, USERS.replace("ann", "eve-with-a-name"));
    await comesTo(opened, "ann", "rejected");
    assertEquals(await ask(opened, "bob"), "accepted");
    assertEquals(await ask(opened, "eve-with-a-name"), "accepted");
  });
});

Deno.test("openAccess() keeps the users where a new file is broken or gone", async () => {
  await withFile(USERS, async (opened, path) => {
    await Deno.writeTextFile(path, "ann:plain text\n");
    await Deno.remove(path);
    const next = `${path}.new`;
    await Deno.writeTextFile(next, "# nobody\n");
    await Deno.rename(next, path);
    assertEquals(await ask(opened, "ann"), "accepted");
    // It goes on to look.
    await Deno.writeTextFile(path, USERS.replace("ann", "carol"));
    await comesTo(opened, "ann", "rejected");
  });
});

Deno.test("openAccess() refuses to start with a file that it can't use", async () => {
  const missing = "/dev/null/users";
  assertThrows(
    () => openAccess(settingsWith({ authPath: missing })),
    Error,
    `Cannot read the password file of --auth-file, "${missing}": `,
  );
  const error = await assertRejects(
    () => withFile("ann:secret\n", () => Promise.resolve()),
    Error,
    "Cannot use the password file: line 1: ",
  );
  assertEquals(error.message.includes("secret"), false);
});
