import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { DescriptorBudget } from "../../src/net/descriptor_budget.ts";
import { isAddress, type LookUp, Resolver } from "../../src/net/resolver.ts";
import { turn } from "./loopback.ts";

// A look-up must leave no timer behind.
Deno.test.sanitizer({ ops: true, resources: true });

const { signal } = new AbortController();

interface Answers {
  readonly A?: string[] | Error;
  readonly AAAA?: string[] | Error;
}

/** A resolver whose look-ups answer at once, and the look-ups that it made. */
function resolverOf(answers: Answers) {
  const asked: string[] = [];
  const resolver = new Resolver((name, type) => {
    asked.push(`${type} ${name}`);
    const answer = answers[type] ?? new Deno.errors.NotFound(`no ${type}`);
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve(answer);
  });
  return { resolver, asked };
}

/** A resolver whose look-ups the test answers. */
function heldResolver() {
  const held = {
    A: Promise.withResolvers<string[]>(),
    AAAA: Promise.withResolvers<string[]>(),
  };
  const asked: string[] = [];
  const lookUp: LookUp = (_name, type) => {
    asked.push(type);
    return held[type].promise;
  };
  return { resolver: new Resolver(lookUp), held, asked };
}

/** Collects the rejections that nobody handles, until it is disposed of. */
function watchRejections(): { reasons: unknown[] } & Disposable {
  const reasons: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    reasons.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  return {
    reasons,
    [Symbol.dispose]: () =>
      globalThis.removeEventListener("unhandledrejection", note),
  };
}

Deno.test("isAddress() tells literals from names", () => {
  for (const text of ["127.0.0.1", "::1", "2001:db8::1", "::ffff:1.2.3.4"]) {
    assertEquals(isAddress(text), true, text);
  }
  for (
    const text of ["localhost", "1.2.3", "0x7f.1", "1.2.3.4.5", "2130706433"]
  ) {
    assertEquals(isAddress(text), false, text);
  }
});

Deno.test("Resolver.resolve() answers a literal with itself, unasked", async () => {
  const { resolver, asked } = resolverOf({});
  assertEquals(await resolver.resolve("192.0.2.1", signal), ["192.0.2.1"]);
  assertEquals(await resolver.resolve("2001:db8::1", signal), ["2001:db8::1"]);
  assertEquals(asked, []);
});

Deno.test("Resolver.resolve() answers localhost and names below it with loopback, unasked", async () => {
  const { resolver, asked } = resolverOf({ A: ["192.0.2.1"] });
  for (const name of ["localhost", "localhost.", "a.b.localhost"]) {
    assertEquals(await resolver.resolve(name, signal), ["::1", "127.0.0.1"]);
  }
  assertEquals(asked, []);
});

Deno.test("Resolver.resolve() takes families in turn, IPv6 first", async () => {
  const { resolver } = resolverOf({
    A: ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
    AAAA: ["2001:db8::1"],
  });
  assertEquals(await resolver.resolve("both.test", signal), [
    "2001:db8::1",
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.3",
  ]);
});

Deno.test("Resolver.resolve() does with one family where the other fails", async () => {
  const v4 = resolverOf({ A: ["192.0.2.1"] }).resolver;
  assertEquals(await v4.resolve("v4.test", signal), ["192.0.2.1"]);
  const v6 = resolverOf({ AAAA: ["2001:db8::1"] }).resolver;
  assertEquals(await v6.resolve("v6.test", signal), ["2001:db8::1"]);
});

Deno.test("Resolver.resolve() handles AAAA failing before A has come", async () => {
  using unhandled = watchRejections();
  const { resolver, held } = heldResolver();
  const resolving = resolver.resolve("v4.test", signal);
  held.AAAA.reject(new Deno.errors.NotFound("no AAAA"));
  await turn();
  held.A.resolve(["192.0.2.1"]);
  assertEquals(await resolving, ["192.0.2.1"]);
  assertEquals(unhandled.reasons, []);
});

Deno.test("Resolver.resolve() handles A failing before AAAA has come", async () => {
  using unhandled = watchRejections();
  const { resolver, held } = heldResolver();
  const resolving = resolver.resolve("v6.test", signal);
  held.A.reject(new Deno.errors.NotFound("no A"));
  await turn();
  held.AAAA.resolve(["2001:db8::1"]);
  assertEquals(await resolving, ["2001:db8::1"]);
  assertEquals(unhandled.reasons, []);
});

Deno.test("Resolver.resolve() does not wait for a silent AAAA once A has come", async () => {
  using unhandled = watchRejections();
  const { resolver, held } = heldResolver();
  const resolving = resolver.resolve("slow.test", signal);
  held.A.resolve(["192.0.2.1"]);
  assertEquals(await resolving, ["192.0.2.1"]);
  held.AAAA.reject(new Error("too late to matter"));
  await turn();
  assertEquals(unhandled.reasons, []);
});

Deno.test("Resolver.resolve() waits for AAAA when A came without an address", async () => {
  const { resolver, held } = heldResolver();
  const resolving = resolver.resolve("v6.test", signal);
  held.A.resolve([]);
  // Longer than the time for which AAAA is waited for behind an address.
  const longer = new Promise((resolve) => setTimeout(resolve, 80));
  await Promise.race([longer, resolving.catch(() => undefined)]);
  held.AAAA.resolve(["2001:db8::1"]);
  await longer;
  assertEquals(await resolving, ["2001:db8::1"]);
});

Deno.test("Resolver.resolve() rejects with NotFound when a name has no address", async () => {
  const { resolver } = resolverOf({});
  await assertRejects(
    () => resolver.resolve("none.test", signal),
    Deno.errors.NotFound,
  );
  const empty = resolverOf({ A: [], AAAA: [] }).resolver;
  await assertRejects(
    () => empty.resolve("none.test", signal),
    Deno.errors.NotFound,
  );
});

Deno.test("Resolver.resolve() asks once for a name, its last dot aside", async () => {
  const { resolver, asked } = resolverOf({ A: ["192.0.2.1"] });
  await resolver.resolve("kept.test", signal);
  await resolver.resolve("kept.test.", signal);
  assertEquals(asked.toSorted(), ["A kept.test", "AAAA kept.test"]);
  // lru-cache reads its clock once a millisecond, by a timer that ends before this one.
  await new Promise((resolve) => setTimeout(resolve, 2));
});

Deno.test("Resolver.resolve() does not remember a failure", async () => {
  const { resolver, asked } = resolverOf({});
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => resolver.resolve("none.test", signal));
  }
  assertEquals(asked.length, 4);
});

Deno.test("Resolver.resolve() shares one look-up among those who ask at once", async () => {
  const { resolver, held, asked } = heldResolver();
  const askers = [1, 2, 3].map(() => resolver.resolve("busy.test", signal));
  held.AAAA.reject(new Deno.errors.NotFound("no AAAA"));
  held.A.resolve(["192.0.2.1"]);
  for (const asker of askers) assertEquals(await asker, ["192.0.2.1"]);
  assertEquals(asked.toSorted(), ["A", "AAAA"]);
});

Deno.test("Resolver.resolve() rejects the asker who cancels", async () => {
  const cancel = new AbortController();
  const resolver = new Resolver((_name, _type, options) =>
    new Promise((_resolve, reject) => {
      options.signal.addEventListener(
        "abort",
        () => reject(options.signal.reason),
      );
    })
  );
  const resolving = resolver.resolve("slow.test", cancel.signal);
  cancel.abort();
  const error = await assertRejects(() => resolving, DOMException);
  assertEquals(error.name, "AbortError");
});

Deno.test("Resolver.resolve() goes on for others when one asker cancels", async () => {
  const answers = Promise.withResolvers<string[]>();
  const resolver = new Resolver((_name, _type, options) =>
    new Promise((resolve, reject) => {
      options.signal.addEventListener(
        "abort",
        () => reject(options.signal.reason),
      );
      answers.promise.then(resolve);
    })
  );
  const cancel = new AbortController();
  const leaver = resolver.resolve("busy.test", cancel.signal);
  const stayer = resolver.resolve("busy.test", signal);
  cancel.abort();
  await assertRejects(() => leaver, DOMException);
  answers.resolve(["192.0.2.1"]);
  const addresses = await stayer;
  assertStrictEquals(addresses[0], "192.0.2.1");
});

Deno.test("Resolver.resolve() keeps 64 addresses of a name", async () => {
  const A = Array.from({ length: 2000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const { resolver } = resolverOf({ A });
  assertEquals(await resolver.resolve("many.test", signal), A.slice(0, 64));
});

Deno.test("Resolver.resolve() looks up so many names at once that they hold a quarter of the descriptors", async () => {
  const descriptors = new DescriptorBudget({ size: 0 }, 96 + 320);
  const answers = new Map<string, (found: string[]) => void>();
  const resolver = new Resolver((name, type, { signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    signal.addEventListener("abort", () => reject(signal.reason));
    if (type === "A") answers.set(name, resolve);
    else reject(new Deno.errors.NotFound("no AAAA"));
    return promise;
  }, descriptors);
  const cancel = new AbortController();
  const dead = Array.from({ length: 30 }, (_, i) => `dead${i}.test`);
  const failing = dead.map((name) =>
    assertRejects(() => resolver.resolve(name, cancel.signal), DOMException)
  );
  const waiting = resolver.resolve("good.test", signal);
  await turn();
  assertEquals([...answers.keys()], dead.slice(0, 20));
  descriptors.hold(320 - 80 - 1);
  assertEquals(descriptors.isSpent, false);
  descriptors.hold(1);
  assertEquals(descriptors.isSpent, true);

  cancel.abort();
  await Promise.all(failing);
  await turn();
  answers.get("good.test")!(["192.0.2.1"]);
  assertEquals(await waiting, ["192.0.2.1"]);
  assertEquals(answers.size, 21, "one that is not wanted was looked up");
  descriptors.hold(79);
  assertEquals(descriptors.isSpent, false, "look-ups are still counted");
});
