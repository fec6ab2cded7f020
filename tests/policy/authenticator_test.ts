import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Authentication,
  Authenticator,
  type PasswordCheck,
} from "../../src/policy/authenticator.ts";
import { passwordMatches } from "../../src/policy/password_hash.ts";
import { PasswordFile } from "../../src/policy/password_file.ts";

const OPEN_SESAME = "{SHA}W8r/fyL/UzygmbNAjq2HbA67qac=";
const APR1 = "$apr1$/3Hf1krN$U8AeLY3mvY6.u0juvYQP3/";
const FILE = `ann:${OPEN_SESAME}\nbob:${APR1}\n`;
const CLIENT = "192.0.2.7";

const WRONG: Authentication = {
  kind: "rejected",
  reason: "the user or the password is wrong",
};

function basic(user: string, password: string): string {
  return `Basic ${btoa(`${user}:${password}`)}`;
}

const ANN = basic("ann", "open sesame");

/** An authenticator whose clock stands until it is set, with the checks that it made. */
class Scene {
  nowMs = 0;
  readonly checked: string[] = [];
  readonly authenticator: Authenticator;

  /** @param check Default: the password is "open sesame". */
  constructor(
    check: PasswordCheck = (_, password) =>
      Promise.resolve(password === "open sesame"),
  ) {
    this.authenticator = new Authenticator(new PasswordFile(FILE), {
      now: () => this.nowMs,
      check: (hash, password) => {
        this.checked.push(hash);
        return check(hash, password);
      },
    });
  }

  ask(
    field: string | undefined,
    clientIp = CLIENT,
  ): Authentication | Promise<Authentication> {
    return this.authenticator.authenticate(field, clientIp);
  }

  /** Asks with a wrong password, each time another. */
  async guess(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      await this.ask(basic("ann", `guess ${this.checked.length}`));
    }
  }
}

/** A check that waits until it is let go. */
function heldCheck(): { check: PasswordCheck; letGo: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    check: (_, password) => promise.then(() => password === "open sesame"),
    letGo: resolve,
  };
}

Deno.test("Authenticator asks who sends no Basic credentials", () => {
  const { authenticator, checked } = new Scene();
  for (const field of [undefined, "Bearer abc"]) {
    const result = authenticator.authenticate(field, CLIENT);
    assertEquals(result, { kind: "challenge" });
  }
  assertEquals(checked, []);
});

Deno.test("Authenticator rejects malformed credentials at once", () => {
  assertEquals(new Scene().ask("Basic ?"), {
    kind: "rejected",
    reason: "the credentials are not UTF-8 in Base64",
  });
});

Deno.test("Authenticator accepts users with their passwords, by the true hashes", async () => {
  const authenticator = new Authenticator(new PasswordFile(FILE), {
    now: () => 0,
    check: (hash, password) => Promise.resolve(passwordMatches(hash, password)),
  });
  for (const user of ["ann", "bob"]) {
    const right = authenticator.authenticate(
      basic(user, "open sesame"),
      CLIENT,
    );
    assertEquals(await right, { kind: "accepted", user });
    const wrong = authenticator.authenticate(basic(user, "sesame"), CLIENT);
    assertEquals(await wrong, WRONG);
  }
});

Deno.test("Authenticator knows accepted credentials again without a check or a promise", async () => {
  const scene = new Scene();
  const first = await scene.ask(ANN);
  assert(scene.ask(ANN, "192.0.2.8") === first);
  for (scene.nowMs of [299_999, 599_998]) assert(scene.ask(ANN) === first);
  assertEquals(scene.checked.length, 1);
  scene.nowMs += 300_000;
  assertEquals(await scene.ask(ANN), { kind: "accepted", user: "ann" });
  assertEquals(scene.checked.length, 2);
});

Deno.test("Authenticator knows rejected credentials again, and counts them once", async () => {
  const scene = new Scene();
  const wrong = basic("ann", "sesame");
  await scene.ask(wrong);
  for (let i = 0; i < 100; i++) assertEquals(scene.ask(wrong), WRONG);
  assertEquals(scene.checked.length, 1);
  assertEquals(await scene.ask(ANN), { kind: "accepted", user: "ann" });
});

Deno.test("Authenticator forgets what it knew of a user whose hash changed, and of no other", async () => {
  const scene = new Scene();
  const bob = basic("bob", "open sesame");
  const eve = basic("eve", "open sesame");
  await scene.ask(ANN);
  await scene.ask(bob);
  assertEquals(await scene.ask(eve), WRONG);
  scene.authenticator.useFile(
    new PasswordFile(`ann:${OPEN_SESAME}\nbob:${OPEN_SESAME}\neve:${APR1}`),
  );
  assertEquals(scene.ask(ANN), { kind: "accepted", user: "ann" });
  for (const field of [bob, eve]) {
    assert(scene.ask(field) instanceof Promise, "has to be checked again");
    assertEquals((await scene.ask(field)).kind, "accepted");
  }
  scene.authenticator.useFile(new PasswordFile(`bob:${OPEN_SESAME}`));
  assertEquals(await scene.ask(ANN), WRONG);
});

Deno.test("Authenticator rejects who is no user, at the cost of some user", async () => {
  const scene = new Scene();
  for (const user of ["eve", "", "Ann"]) {
    assertEquals(await scene.ask(basic(user, "open sesame")), WRONG);
  }
  await scene.ask(basic("eve", "another password"));
  assertEquals(scene.checked.length, 4);
  assert(scene.checked.every((hash) => FILE.includes(hash)));
  assertEquals(scene.checked[3], scene.checked[0]);
});

Deno.test("Authenticator slows a client that guesses, but not one whose credentials it knows", async () => {
  const scene = new Scene();
  await scene.ask(ANN);
  await scene.guess(6);
  const guess = basic("ann", "yet another");
  assertEquals(scene.ask(guess), {
    kind: "throttled",
    because: "client",
    reason: "too many wrong passwords came from this client",
    retryAfterSeconds: 1,
  });
  assertEquals(scene.ask(ANN), { kind: "accepted", user: "ann" });
  assertEquals((await scene.ask(guess, "192.0.2.8")).kind, "rejected");
  scene.nowMs = 1000;
  assertEquals((await scene.ask(basic("bob", "x"))).kind, "rejected");
});

Deno.test("Authenticator checks the same credentials once, however many wait", async () => {
  const { check, letGo } = heldCheck();
  const scene = new Scene(check);
  const results = Array.from({ length: 50 }, () => scene.ask(ANN));
  letGo();
  for (const result of await Promise.all(results)) {
    assertEquals(result, { kind: "accepted", user: "ann" });
  }
  assertEquals(scene.checked.length, 1);
});

Deno.test("Authenticator has few wait of one client, and not many of all", async () => {
  const { check, letGo } = heldCheck();
  const scene = new Scene(check);
  const guesses = (clientIp: string) =>
    Array.from(
      { length: 10 },
      (_, i) => scene.ask(basic("ann", `${i} of ${clientIp}`), clientIp),
    );
  const results = Array.from({ length: 10 }, (_, i) => guesses(`192.0.2.${i}`))
    .flat();
  letGo();
  const settled = await Promise.all(results);
  const rejected = settled.map(({ kind }) => kind === "rejected");
  assertEquals(rejected.slice(0, 10).filter(Boolean).length, 5);
  assertEquals(rejected.filter(Boolean).length, 32);
  assertEquals(settled[9], {
    kind: "throttled",
    because: "proxy",
    reason: "too many passwords wait to be checked",
    retryAfterSeconds: 1,
  });
});

Deno.test("Authenticator goes on after a check that failed", async () => {
  const scene = new Scene((_, password) =>
    password === "boom"
      ? Promise.reject(new Error("boom"))
      : Promise.resolve(true)
  );
  const failing = scene.ask(basic("ann", "boom"));
  const waiting = scene.ask(ANN);
  await assertRejects(() => Promise.resolve(failing), Error, "boom");
  assertEquals(await waiting, { kind: "accepted", user: "ann" });
});
