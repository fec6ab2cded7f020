import { assertEquals } from "@std/assert";
import { Fields } from "../../src/http1/fields.ts";
import {
  changeFields,
  copyOf,
  forgetBody,
  headerList,
  stateLength,
} from "../../src/proxy/rewritten_fields.ts";

function fieldsOf(...pairs: [name: string, value: string][]): Fields {
  const fields = new Fields();
  for (const [name, value] of pairs) fields.append(name, value);
  return fields;
}

Deno.test("copyOf() leaves what came as it came", () => {
  const came = fieldsOf(["A", "1"], ["a", "2"]);
  const copy = copyOf(came);
  changeFields(copy, { removeHeaders: ["A"], setHeaders: { b: ["3", "4"] } });
  assertEquals(headerList(copy), ["b", "3", "b", "4"]);
  assertEquals(headerList(came), ["a", "1", "a", "2"]);
});

Deno.test("changeFields() takes away first, then sets", () => {
  const fields = fieldsOf(["X", "1"], ["Y", "2"]);
  changeFields(fields, { removeHeaders: ["x"], setHeaders: { X: "new" } });
  assertEquals(headerList(fields), ["y", "2", "x", "new"]);
});

Deno.test("changeFields() keeps what it sets out of Connection", () => {
  const fields = fieldsOf(["Connection", "x-a, X-B"], ["X-A", "1"]);
  changeFields(fields, { setHeaders: { "X-A": "ours" } });
  assertEquals(fields.all("connection"), ["x-b"]);
  changeFields(fields, { setHeaders: { "x-b": "ours" } });
  assertEquals(fields.has("connection"), false);
});

Deno.test("forgetBody() and stateLength() leave one framing", () => {
  const fields = fieldsOf(
    ["Content-Encoding", "gzip"],
    ["Transfer-Encoding", "chunked"],
    ["Trailer", "X"],
    ["Digest", "x"],
    ["ETag", '"1"'],
  );
  stateLength(fields, 3);
  assertEquals(fields.keys.includes("transfer-encoding"), false);
  assertEquals(fields.get("content-length"), "3");
  forgetBody(fields);
  assertEquals(fields.keys, ["etag"]);
});

Deno.test("headerList() keeps the proxy's credentials from rules", () => {
  const fields = fieldsOf(["Proxy-Authorization", "Basic x"], ["A", "1"]);
  assertEquals(headerList(fields), ["a", "1"]);
});
