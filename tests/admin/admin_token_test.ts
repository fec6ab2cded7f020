import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  AdminTokenError,
  isAdminToken,
  newAdminToken,
  openAdminToken,
  readAdminToken,
} from "../../src/admin/admin_token.ts";

function withFolder(test: (folder: string, file: string) => void): () => void {
  return () => {
    const folder = Deno.makeTempDirSync({ prefix: "sluice_token_" });
    try {
      test(folder, join(folder, "admin-token"));
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test(
  "openAdminToken() makes a token that its owner alone can read, once",
  withFolder((folder, file) => {
    const token = openAdminToken(folder);
    assertMatch(token, /^[\w-]{43}$/);
    assertEquals(Deno.readTextFileSync(file), `${token}\n`);
    assertEquals(modeOf(file), 0o600);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    assertEquals(openAdminToken(folder), token);
    assertEquals(readAdminToken(folder), token);
  }),
);

Deno.test(
  "openAdminToken() takes an operator's own token, and hides it",
  withFolder((folder, file) => {
    const own = "a".repeat(64);
    Deno.writeTextFileSync(file, `${own}\n`, { mode: 0o644 });
    assertEquals(openAdminToken(folder), own);
    assertEquals(modeOf(file), 0o600);
  }),
);

Deno.test(
  "openAdminToken() refuses a file that holds no token, and leaves it",
  withFolder((folder, file) => {
    for (const text of ["", "short\n", `${"a".repeat(50)} b`]) {
      Deno.writeTextFileSync(file, text);
      for (const open of [openAdminToken, readAdminToken]) {
        const error = assertThrows(() => open(folder), AdminTokenError);
        assertMatch(error.message, /"[^"]+admin-token": it is no token/);
      }
      assertEquals(Deno.readTextFileSync(file), text);
    }
  }),
);

Deno.test("openAdminToken() says which file it can't write", () => {
  assertThrows(
    () => openAdminToken("/dev/null"),
    AdminTokenError,
    'Cannot use the admin token "/dev/null/admin-token": ',
  );
});

Deno.test(
  "readAdminToken() makes none",
  withFolder((folder) => {
    assertThrows(
      () => readAdminToken(folder),
      AdminTokenError,
      "there is none. A proxy makes it when it starts.",
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  }),
);

Deno.test("newAdminToken() is another one each time", () => {
  assertEquals(newAdminToken() === newAdminToken(), false);
});

Deno.test("isAdminToken() is true for the token alone", () => {
  const token = newAdminToken();
  assertEquals(isAdminToken(token, token), true);
  for (const other of ["", token.slice(1), `${token} `, newAdminToken()]) {
    assertEquals(isAdminToken(other, token), false);
  }
});
