import {
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import { Hono } from "hono";
import {
  actionButton,
  countParameter,
  givenParameters,
  hiddenFields,
  readForm,
} from "../../src/admin/admin_form.ts";
import type { AdminEnv } from "../../src/admin/admin_guard.ts";
import { BadInput } from "../../src/admin/checked_input.ts";

const app = new Hono<AdminEnv>();
app.post("/", async (context) => context.json(await readForm(context)));
app.get(
  "/count",
  (context) => context.json({ count: countParameter(context, "n") ?? null }),
);
app.get("/", (context) => context.json(givenParameters(context, "done")));

async function read(body: BodyInit, type?: string): Promise<unknown> {
  const headers = type === undefined ? undefined : { "Content-Type": type };
  const answer = await app.request("/", {
    method: "POST",
    body,
    ...(headers && { headers }),
  });
  return await answer.json();
}

Deno.test("readForm() reads JSON and both kinds of forms alike", async () => {
  const wanted = { a: "1", b: "x y" };
  assertEquals(await read(JSON.stringify(wanted)), wanted);
  assertEquals(await read(new URLSearchParams({ ...wanted, c: "" })), wanted);
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...wanted, c: "" })) {
    form.append(name, value);
  }
  assertEquals(await read(form), wanted);
});

Deno.test("readForm() reads JSON that comes with the type of a form, as curl sends it", async () => {
  const type = "application/x-www-form-urlencoded";
  assertEquals(await read('{"a":"1"}', type), { a: "1" });
});

Deno.test("readForm() refuses a multipart body that is none", async () => {
  for (
    const type of ["multipart/form-data; boundary=x", "multipart/form-data"]
  ) {
    let thrown: unknown;
    const broken = new Hono<AdminEnv>();
    broken.onError((error) => {
      thrown = error;
      return new Response();
    });
    broken.post("/", async (context) => context.json(await readForm(context)));
    await broken.request("/", {
      method: "POST",
      body: "nonsense",
      headers: { "Content-Type": type },
    });
    assertInstanceOf(thrown, BadInput);
  }
});

Deno.test("readForm() has a list for what is sent twice", async () => {
  const body = new URLSearchParams([["a", "1"], ["a", "2"]]);
  const { a }: { a?: unknown } = Object(await read(body));
  assertEquals(Array.isArray(a), true);
});

Deno.test("givenParameters() leaves out what a form left empty, and what is the page's own", async () => {
  const answer = await app.request("/?a=1&b=&c=2&c=&done=x&format=json");
  assertEquals(await answer.json(), { a: ["1"], c: ["2"] });
});

Deno.test("actionButton() and hiddenFields() escape what they carry", () => {
  const button = actionButton({
    path: "/x",
    label: "Remove",
    about: "<b>",
    values: { entry: '"<i>' },
  });
  const text = String(button);
  assertStringIncludes(text, 'name="entry" value="&quot;&lt;i&gt;"');
  assertStringIncludes(text, "&lt;b&gt;");
  assertEquals(/<b>|<i>/.test(String(hiddenFields({ a: "<i><b>" }))), false);
});

Deno.test("countParameter() reads a count and nothing else", async () => {
  for (
    const [text, count] of [["7", 7], ["-1", null], ["<b>", null]] as const
  ) {
    const answer = await app.request(`/count?n=${encodeURIComponent(text)}`);
    assertEquals(await answer.json(), { count });
  }
});
