import { assertEquals } from "@std/assert";
import { md5Crypt } from "../../src/policy/md5_crypt.ts";

const LONG = "a rather long made-up password, longer than one block of " +
  "sixty-four bytes by far, as some people like";

// As printed by htpasswd -m, mkpasswd -m md5 and openssl passwd -apr1.
const HASHES: readonly [password: string, hash: string][] = [
  ["open sesame", "$apr1$/3Hf1krN$U8AeLY3mvY6.u0juvYQP3/"],
  ["pässwörd €", "$apr1$2CrEciG0$PA7cQZ2tIfJ7CLMzA7qtb1"],
  [LONG, "$apr1$yNpm8SgN$Ov240MPiMRxUYLW54Q2Nr0"],
  ["", "$apr1$4H59Xs6n$lDoCr0.HiSopeqjuF02Vc."],
  ["open sesame", "$apr1$ab$Ta2LNG0/m5213NAkfGhe/."],
  ["open sesame", "$1$/n/zkOTo$wECfSUaDRfKMtIz/aNtPh/"],
  ["pässwörd €", "$1$jZ/De53W$Fa1NUixuvO99qzgXppryZ/"],
  [LONG, "$1$Vp8W/MOw$zO/PT7Q1FOiWe4TdAJq1R0"],
];

for (const [password, hash] of HASHES) {
  Deno.test(`md5Crypt() makes ${hash}`, () => {
    const [, magic, salt, digest] = hash.split("$");
    assertEquals(md5Crypt(password, `$${magic}$`, salt!), digest);
  });
}
