import { assertEquals, assertNotEquals } from "@std/assert";
import {
  LoginSessions,
  SESSION_SECONDS,
} from "../../src/admin/login_sessions.ts";

const TOKEN = "t".repeat(43);

/** Sessions with a clock. */
function sessionsAt(clock: { nowMs: number }): LoginSessions {
  return new LoginSessions({ token: TOKEN, port: 1, now: () => clock.nowMs });
}

Deno.test("LoginSessions opens what it has begun, for twelve hours", () => {
  const clock = { nowMs: 5_000 };
  const sessions = sessionsAt(clock);
  const session = sessions.begin();
  assertEquals(sessions.isOpen(session), true);
  clock.nowMs += SESSION_SECONDS * 1000 - 1;
  assertEquals(sessions.isOpen(session), true);
  clock.nowMs++;
  assertEquals(sessions.isOpen(session), false);
});

Deno.test("LoginSessions ends one session and not the others", () => {
  const sessions = sessionsAt({ nowMs: 0 });
  const [one, other] = [sessions.begin(), sessions.begin()];
  assertNotEquals(one, other);
  sessions.end(one);
  sessions.end("nonsense");
  assertEquals([sessions.isOpen(one), sessions.isOpen(other)], [false, true]);
});

Deno.test("LoginSessions has nothing of the token in a session", () => {
  assertEquals(sessionsAt({ nowMs: 0 }).begin().includes(TOKEN), false);
});

Deno.test("LoginSessions believes no session that was changed, or begun elsewhere", () => {
  const sessions = sessionsAt({ nowMs: 0 });
  const session = sessions.begin();
  const [expiry, id, mac = ""] = session.split(".");
  const forged = [
    "",
    TOKEN,
    `${Number(expiry) + 1}.${id}.${mac}`,
    `${expiry}.${"A".repeat(22)}.${mac}`,
    `${expiry}.${id}.${"A".repeat(43)}`,
    `${expiry}.${id}`,
    `${session}A`,
    sessionsAt({ nowMs: 0 }).begin(),
  ];
  for (const value of forged) {
    assertEquals(sessions.isOpen(value), false, value);
  }
});

Deno.test("LoginSessions names its cookie after the port: all ports of a host share cookies", () => {
  const named = (port: number) =>
    new LoginSessions({ token: TOKEN, port }).cookieName;
  assertNotEquals(named(8080), named(8081));
});
