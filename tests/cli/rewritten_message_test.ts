import { assertEquals } from "@std/assert";
import { rewrittenMessage } from "../../src/cli/rewritten_message.ts";
import {
  connect,
  request,
  response,
  subjectFor,
} from "../../src/policy/made_up_message.ts";

Deno.test("rewrittenMessage() changes a request, and leaves the one before", () => {
  const before = request("http://a.test/", { headers: { A: "1", b: "2" } });
  const after = rewrittenMessage(before, {
    action: "rewrite",
    url: "http://b.test:81/x?y",
    method: "PUT",
    setHeaders: { a: "3", c: ["4", "5"] },
    removeHeaders: ["B"],
    body: "new",
  });
  const { host, port, path, query, method } = subjectFor(after);
  assertEquals(
    { host, port, path, query, method },
    { host: "b.test", port: 81, path: "/x", query: "?y", method: "PUT" },
  );
  assertEquals(after.fields.keys, ["a", "c", "c"]);
  assertEquals(after.fields.values, ["3", "4", "5"]);
  assertEquals(after.requestBody, "new");
  assertEquals([before.url, before.fields.values], [
    "http://a.test/",
    ["1", "2"],
  ]);
});

Deno.test("rewrittenMessage() changes a response, not its request", () => {
  const before = response("http://a.test/", { headers: { server: "x" } });
  const after = rewrittenMessage(before, {
    action: "rewrite",
    status: 404,
    removeHeaders: ["server"],
    body: "gone",
  });
  assertEquals(after.status, 404);
  assertEquals(after.responseFields?.keys, []);
  assertEquals([after.responseBody, after.requestBody], ["gone", undefined]);
  assertEquals(after.url, before.url);
});

Deno.test("rewrittenMessage() leaves a CONNECT as it is", () => {
  const before = connect("a.test:443");
  const rewrite = { action: "rewrite", url: "http://b.test/" } as const;
  assertEquals(rewrittenMessage(before, rewrite), before);
});
