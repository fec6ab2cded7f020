import { assert, assertEquals } from "@std/assert";
import {
  passwordHashProblem,
  passwordMatches,
} from "../../src/policy/password_hash.ts";

const LONG = "a rather long made-up password, longer than one block of " +
  "sixty-four bytes by far, as some people like";

// As printed by htpasswd and mkpasswd.
const HASHES: readonly [by: string, password: string, hash: string][] = [
  [
    "htpasswd -B",
    "open sesame",
    "$2y$04$sKeVfzRU3qBVKCDbirKY/ub6odtuDxTd2HjJYA35HrFYALIRcwOS6",
  ],
  [
    "htpasswd -B",
    "pässwörd €",
    "$2y$04$CoeQqzmbTa63xd8JQ1snB.qP9Js7STRDK9.62cYZ7oUyPVvUunRra",
  ],
  [
    "htpasswd -B",
    LONG,
    "$2y$04$eKftK2q3LDBYVAPk2.BqDO6mpldYUdDJsAVXmL7bhXYSgmgrqQ63u",
  ],
  [
    "htpasswd -B",
    "",
    "$2y$04$wcqKoFPpWyai2qe4OQhkdu9L7IjJqdWpxJn5Y/qewPThUTTyPbuHK",
  ],
  [
    "mkpasswd -m bcrypt",
    "open sesame",
    "$2b$05$RAYL04Au5tOUO/byRa496eeUJbFVAojpDmJvXfjDfoEYaZJhfiqy.",
  ],
  [
    "mkpasswd -m bcrypt-a",
    "open sesame",
    "$2a$05$Sho8b9VLTStFRSlt5X/3Be3gdgqoZ7tDv78Rtycr5OYcGE/8pUTwW",
  ],
  [
    "htpasswd -m",
    "open sesame",
    "$apr1$/3Hf1krN$U8AeLY3mvY6.u0juvYQP3/",
  ],
  [
    "mkpasswd -m md5",
    "open sesame",
    "$1$/n/zkOTo$wECfSUaDRfKMtIz/aNtPh/",
  ],
  ["htpasswd -s", "open sesame", "{SHA}W8r/fyL/UzygmbNAjq2HbA67qac="],
  ["htpasswd -s", "pässwörd €", "{SHA}WLrsXwWKD/4HtaIdI5GNgo9kV0k="],
  ["htpasswd -s", "", "{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk="],
  [
    "htpasswd -2 -r 2000",
    "open sesame",
    "$5$rounds=2000$hGXLOe2grfcCeyO6$nQhmzWkvRGbSOOixsLcsAEPI993fnsLskpcWcEubKVA",
  ],
  [
    "htpasswd -5",
    "open sesame",
    "$6$x./uGNL/yfQduzGK$WjAUQAx4JyPreZ6FpKWpnfoWSyKiF5vZvPAk6KXAKhgHgv5ycOfZRaWv/Q4LdMUXlmdZE2XQyJabdhW6h0cri.",
  ],
];

for (const [by, password, hash] of HASHES) {
  Deno.test(`passwordMatches() tells the password of ${by} ${hash.slice(0, 24)}`, () => {
    assertEquals(passwordHashProblem(hash), undefined);
    assert(passwordMatches(hash, password));
    assert(!passwordMatches(hash, "x" + password));
    assert(
      !passwordMatches(hash, password.toUpperCase() + "x".repeat(5)),
    );
  });
}

Deno.test("passwordMatches() tells a digest with one bit turned", () => {
  assert(
    !passwordMatches("{SHA}W8r/fyL/UzygmbNAjq2HbA67qaY=", "open sesame"),
  );
  assert(
    !passwordMatches(
      "$apr1$/3Hf1krN$U8AeLY3mvY6.u0juvYQP3.",
      "open sesame",
    ),
  );
});

Deno.test("passwordMatches() takes no hash that has a problem", () => {
  for (const hash of ["", "open sesame", "sorPvfb9omFiA", "$6$"]) {
    assert(!passwordMatches(hash, hash), hash);
    assert(!passwordMatches(hash, "open sesame"), hash);
  }
});

Deno.test("passwordHashProblem() says why a hash cannot be used", () => {
  const bcrypt = "sKeVfzRU3qBVKCDbirKY/ub6odtuDxTd2HjJYA35HrFYALIRcwOS6";
  const sha256 = "hq4XlE6FeecUUu.P$WuKLqtyU82yZeY1jrnUnXesubpwN7ajGqTeMmUTVlRD";
  const plain = "is not hashed in a known form, or is plain text";
  const cases: [hash: string, problem: string][] = [
    ["open sesame", plain],
    ["", plain],
    ["{open}sesame", plain],
    ["$open$sesame", plain],
    ["5f4dcc3b5aa765d61d8327deb882cf99", plain],
    ["sorPvfb9omFiA", "is hashed by DES, which reads 8 characters of it only"],
    [
      "$y$j9T$4wgGr4cGStYO/6JeKPYSM/$Wn2StJ.0.Xm1CyI2xAB2IcZF4.CsOBI844Sxegux301",
      "has a hash of the form $y$, which is not read here",
    ],
    ["{SSHA}xyz", "has a hash of the form {SSHA}, which is not read here"],
    ["$2x$05$" + bcrypt, "has a hash of the form $2x$, which is not read here"],
    ["$2y$05$" + bcrypt.slice(1), "has a damaged $2y$ hash"],
    ["$2y$18$" + bcrypt, "is hashed with a cost of 18, wants 4 to 17"],
    ["$2y$03$" + bcrypt, "is hashed with a cost of 3, wants 4 to 17"],
    ["$6$" + sha256, "has a damaged $6$ hash"],
    ["$5$" + sha256 + "x", "has a damaged $5$ hash"],
    [
      "$5$rounds=999$" + sha256,
      "is hashed with rounds of 999, wants 1000 to 1000000",
    ],
    [
      "$5$rounds=1000001$" + sha256,
      "is hashed with rounds of 1000001, wants 1000 to 1000000",
    ],
    ["$5$rounds=05000$" + sha256, "has a damaged $5$ hash"],
    ["{SHA}W8r/fyL", "has a damaged {SHA} hash"],
    ["$apr1$/3Hf1krN$", "has a damaged $apr1$ hash"],
  ];
  for (const [hash, problem] of cases) {
    assertEquals(passwordHashProblem(hash), problem, hash);
  }
});
