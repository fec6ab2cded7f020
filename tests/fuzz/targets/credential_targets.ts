/** Credentials and password files: what is written is read, and nothing else is thrown. */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { readBasicCredentials } from "../../../src/policy/basic_credentials.ts";
import {
  PasswordFile,
  PasswordFileError,
} from "../../../src/policy/password_file.ts";
import { propertyTarget, type Target, textTarget } from "../target.ts";

const HASHES = [
  "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
  "$apr1$salt$0123456789012345678901",
  "$2y$05$" + "a".repeat(53),
  "$5$rounds=1000$salt$" + "a".repeat(43),
  "$6$salt$" + "b".repeat(86),
];

const TOKENS = [
  ...": $ $1$ $2y$ $apr1$ {SHA} = / + - # \\ rounds=999999999 Basic basic == dTpw dTpwOng= \xff \0 ,"
    .split(" "),
  " ",
  "\r\n",
  "\n",
  "\ufeff",
  "\u2028",
];

/** The targets. */
export function credentialTargets(): Target[] {
  return [
    textTarget({
      name: "password file",
      seeds: HASHES.map((hash, at) => `user${at}:${hash}\n`)
        .concat(HASHES.map((hash, at) => `# a\nu${at}:${hash}:x`).join("\n")),
      tokens: TOKENS,
      check: checkFile,
    }),
    textTarget({
      name: "basic credentials",
      seeds: ["Basic dGVzdDoxMjPCow==", "basic  dTpw", "Bearer x", "Basic"],
      tokens: TOKENS,
      check: checkCredentials,
    }),
    propertyTarget("basic credentials written", basicProperty()),
  ];
}

function checkFile(input: string): void {
  try {
    const file = new PasswordFile(input);
    assert(file.size > 0);
    assert(file.decoy(12345) !== undefined);
  } catch (error) {
    if (!(error instanceof PasswordFileError)) throw error;
    for (const hash of HASHES) {
      const isUser = input.split("\n").some((line) =>
        line.split(":", 1)[0]?.includes(hash)
      );
      assert(isUser || !error.message.includes(hash), "a hash is shown");
    }
  }
}

function checkCredentials(input: string): void {
  const read = readBasicCredentials(input);
  if (read.kind !== "basic") return;
  const { user, password } = read;
  const base64 = Buffer.from(`${user}:${password}`).toString("base64");
  assertEquals(readBasicCredentials(`Basic ${base64}`), read);
  assert(!user.includes(":"));
}

function basicProperty() {
  const text = fc.string({ unit: "grapheme", maxLength: 20 })
    .filter((one) => !/\p{Cc}/u.test(one) && one.isWellFormed());
  const user = text.filter((one) => !one.includes(":"));
  return fc.property(user, text, (user, password) => {
    const base64 = Buffer.from(`${user}:${password}`).toString("base64");
    assertEquals(readBasicCredentials(`Basic ${base64}`), {
      kind: "basic",
      user,
      password,
    });
  });
}
