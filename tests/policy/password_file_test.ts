import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  PasswordFile,
  PasswordFileError,
} from "../../src/policy/password_file.ts";

const ANN = "{SHA}W8r/fyL/UzygmbNAjq2HbA67qac=";
const BOB = "$apr1$/3Hf1krN$U8AeLY3mvY6.u0juvYQP3/";

function problemsOf(text: string): string[] {
  const error = assertThrows(() => new PasswordFile(text), PasswordFileError);
  return error.problems.map(({ line, message }) => `${line}: ${message}`);
}

Deno.test("PasswordFile holds each user's hash", () => {
  const file = new PasswordFile(
    `\ufeff# staff\r\n\r\nann:${ANN}\r\n  \n  # guests\nBöb:${BOB}:since May\n`,
  );
  assertEquals(file.size, 2);
  assertEquals(file.hashOf("ann"), ANN);
  assertEquals(file.hashOf("Böb"), BOB);
  for (const user of ["Ann", "böb", "", "# staff", "__proto__"]) {
    assertEquals(file.hashOf(user), undefined, user);
  }
});

Deno.test("PasswordFile has a hash of some user for any number", () => {
  const file = new PasswordFile(`ann:${ANN}\nbob:${BOB}`);
  assertEquals([0, 1, 2, 0xffffffff].map((n) => file.decoy(n)), [
    ANN,
    BOB,
    ANN,
    BOB,
  ]);
});

Deno.test("PasswordFile names each line that can't be used, and what to do", () => {
  const text = [
    `ann:${ANN}`,
    "open sesame",
    `:${ANN}`,
    "# nobody",
    `ann:${BOB}`,
    "bob:open sesame",
    "eve:sorPvfb9omFiA",
    `joe :${ANN}`,
  ].join("\n");
  assertEquals(problemsOf(text), [
    "2: there is no colon, wants USER:HASH",
    "3: there is no user before the colon",
    '5: the user "ann" is on line 1 already: delete one of them',
    '6: the password of "bob" is not hashed in a known form, or is plain text: set it anew by htpasswd -B FILE "bob"',
    '7: the password of "eve" is hashed by DES, which reads 8 characters of it only: set it anew by htpasswd -B FILE "eve"',
    "8: there is a space before the colon",
  ]);
});

Deno.test("PasswordFile refuses a file without users", () => {
  const problem = "1: there is no user: add one by htpasswd -B FILE USER";
  for (const text of ["", "\n\n", "# ann:x\n"]) {
    assertEquals(problemsOf(text), [problem]);
  }
});

Deno.test("PasswordFile refuses more than 100000 users", () => {
  const users = Array.from({ length: 100_001 }, (_, i) => `u${i}:${ANN}`);
  assertEquals(problemsOf(users.join("\n")), [
    "100000: there are more than 100000 users",
  ]);
});

Deno.test("PasswordFileError tells ten problems, and no password", () => {
  const { message } = assertThrows(
    () => new PasswordFile("secret\nann:secret\n".repeat(8)),
    PasswordFileError,
  );
  assert(message.startsWith("Cannot use the password file: line 1: there is"));
  assert(message.endsWith("; and 6 more"), message);
  assertEquals(message.match(/line \d+: /g)?.length, 10);
  assert(!message.includes("secret"), message);
});
