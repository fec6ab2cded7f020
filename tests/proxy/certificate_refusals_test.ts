import { assertEquals } from "@std/assert";
import {
  CertificateRefusals,
  MAX_REFUSALS,
} from "../../src/proxy/certificate_refusals.ts";

const CLIENT = { ip: "192.0.2.1", port: 5 };
const TEN_MINUTES_MS = 10 * 60 * 1000;

function refusalsOf() {
  const clock = { nowMs: 1_000_000 };
  const said: string[] = [];
  const refusals = new CertificateRefusals({
    onRefusal: ({ ip }, host, reason) => said.push(`${ip} ${host} ${reason}`),
    now: () => clock.nowMs,
  });
  return { refusals, said, clock };
}

Deno.test("CertificateRefusals counts each refusal and tells of it once in ten minutes", () => {
  const { refusals, said, clock } = refusalsOf();
  refusals.add(CLIENT, "A.test", "bad certificate");
  refusals.add({ ...CLIENT, port: 6 }, "a.test.", "again");
  assertEquals([refusals.total, refusals.size], [2, 1]);
  assertEquals(said, ["192.0.2.1 A.test bad certificate"]);
  assertEquals(refusals.has(CLIENT, "a.test"), true);
  assertEquals(refusals.has(CLIENT, "x.a.test"), false);
  assertEquals(refusals.has({ ip: "192.0.2.2", port: 5 }, "a.test"), false);
  clock.nowMs += TEN_MINUTES_MS + 1;
  assertEquals(refusals.has(CLIENT, "a.test"), false);
  assertEquals([refusals.total, refusals.size], [2, 0]);
  assertEquals(refusals.latest(10), []);
  refusals.add(CLIENT, "a.test", "still");
  assertEquals(said.length, 2);
});

Deno.test("CertificateRefusals lists the latest first", () => {
  const { refusals, clock } = refusalsOf();
  for (const host of ["a.test", "b.test", "a.test", "c.test"]) {
    refusals.add(CLIENT, host, "unknown CA");
    clock.nowMs++;
  }
  assertEquals(refusals.latest(10).map(({ host }) => host), [
    ...["c.test", "a.test", "b.test"],
  ]);
  assertEquals(refusals.latest(1), [{
    client: "192.0.2.1",
    host: "c.test",
    reason: "unknown CA",
    untilMs: 1_000_003 + TEN_MINUTES_MS,
  }]);
});

Deno.test("CertificateRefusals remembers so many and no more", () => {
  const { refusals } = refusalsOf();
  for (let i = 0; i <= MAX_REFUSALS; i++) {
    refusals.add(CLIENT, `x${i}.test`, "");
  }
  assertEquals(refusals.size, MAX_REFUSALS);
  assertEquals(refusals.has(CLIENT, "x0.test"), false);
  assertEquals(refusals.has(CLIENT, `x${MAX_REFUSALS}.test`), true);
});

Deno.test("CertificateRefusals takes leaving without a word for one the second time in a row", () => {
  const { refusals, said } = refusalsOf();
  const isNoted = () => refusals.has(CLIENT, "a.test");
  refusals.left(CLIENT, "a.test", true);
  refusals.left(CLIENT, "x.a.test", true);
  assertEquals(isNoted(), false);
  refusals.left(CLIENT, "A.test", false);
  refusals.left(CLIENT, "a.test", true);
  assertEquals(isNoted(), false);
  refusals.left(CLIENT, "a.test", true);
  assertEquals([isNoted(), refusals.total, said.length], [true, 1, 1]);
});
