import { assertEquals } from "@std/assert";
import { DEFAULT_ROUNDS, shaCrypt } from "../../src/policy/sha_crypt.ts";

const LONG = "a rather long made-up password, longer than one block of " +
  "sixty-four bytes by far, as some people like";

// As printed by htpasswd -2 and -5, mkpasswd -m sha-256 and sha-512, and openssl passwd; the
// first two are the examples of the specification.
const HASHES: readonly [password: string, hash: string][] = [
  [
    "Hello world!",
    "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
  ],
  [
    "Hello world!",
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
  ],
  [
    "open sesame",
    "$5$hq4XlE6FeecUUu.P$WuKLqtyU82yZeY1jrnUnXesubpwN7ajGqTeMmUTVlRD",
  ],
  [
    "open sesame",
    "$6$x./uGNL/yfQduzGK$WjAUQAx4JyPreZ6FpKWpnfoWSyKiF5vZvPAk6KXAKhgHgv5ycOfZRaWv/Q4LdMUXlmdZE2XQyJabdhW6h0cri.",
  ],
  ["open sesame", "$5$ab$gMfJi4c7IDmaNNtSpvtDc69Zjynw3/rlDxFI70Gd189"],
  [
    "pässwörd €",
    "$5$rounds=1000$MoCjzGWW/e3BJoJH$ij0xx/nDOOaCGjpz.IW/REgqusUjZMf6NeuhburTR56",
  ],
  [
    "pässwörd €",
    "$6$4TYi3zBKmaIe0Usy$0PP.BAh77.gm9fm.Mk9U4hU4Urwt.nFbIUWonkt5qTrUkaUoSN4eYzticEnUh7Xuy5hZudv92GczJRD63bGa/.",
  ],
  [
    LONG,
    "$5$SrNOWAf/ko7Dze62$TaVno3gqQv4IXgXzJf/PiUDwW.tbjprHEb8xqPJ4US9",
  ],
  [
    LONG,
    "$6$rounds=12345$VYTOW.5ze26fyS18$q91zkaPDu6hvpZ3KpStkHnsOKxcD9pmWktAmejox1LTxKkBB7JVydblSklSE3OzBaZ3eh.FwLBFwjceH2bpti/",
  ],
];

for (const [password, text] of HASHES) {
  Deno.test(`shaCrypt() makes ${text.slice(0, 50)}`, () => {
    const [, id, rounds, salt, digest] =
      /^\$([56])\$(?:rounds=(\d+)\$)?([^$]+)\$(.*)$/.exec(text)!;
    const made = shaCrypt(
      id === "5" ? "sha256" : "sha512",
      password,
      salt!,
      rounds === undefined ? DEFAULT_ROUNDS : Number(rounds),
    );
    assertEquals(made, digest);
  });
}
