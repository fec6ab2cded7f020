import { assertEquals, assertThrows } from "@std/assert";
import {
  bodyBytes,
  connect,
  request,
  response,
  subjectFor,
  viewFor,
} from "../../src/policy/made_up_message.ts";

Deno.test("request() is a GET on a Monday at noon, unless said otherwise", () => {
  const message = request("HTTP://A.Test:81/a/%2e%2E/b?q");
  const { method, scheme, host, port, path, query, now, clientIp } = subjectFor(
    message,
  );
  assertEquals(
    { method, scheme, host, port, path, query, clientIp },
    {
      method: "GET",
      scheme: "http",
      host: "a.test",
      port: 81,
      path: "/b",
      query: "?q",
      clientIp: "127.0.0.1",
    },
  );
  assertEquals([now.getDay(), now.getHours()], [1, 12]);
});

Deno.test("viewFor() shows what was made, read only", () => {
  const message = request("http://a.test/%41", {
    method: "POST",
    headers: [["X-A", "1"], ["x-a", "2"]],
    client: { ip: "::1", user: "ann" },
    body: "ä",
  });
  const { request: view } = viewFor(message, { requestBody: "bytes" });
  assertEquals(
    [view.url, view.path, view.headers.get("x-A")],
    ["http://a.test/%41", "/A", "1, 2"],
  );
  assertEquals(view.client, { ip: "::1", port: 50_000, user: "ann" });
  assertEquals(view.body, new Uint8Array([0xc3, 0xa4]));
  assertEquals("set" in view.headers, false);
  assertEquals([...view.headers], [["x-a", "1, 2"]]);
  assertEquals(viewFor(message, {}).request.body, undefined);
});

Deno.test("connect() has an authority and no path", () => {
  const message = connect("[::1]:443", { client: "10.0.0.1" });
  const { connect: view } = viewFor(message, {});
  assertEquals(
    [view?.method, view?.host, view?.port, view?.path, view?.client.ip],
    ["CONNECT", "::1", 443, "", "10.0.0.1"],
  );
  assertEquals(subjectFor(message).scheme, "https");
});

Deno.test("response() answers a request, or a URL", () => {
  const to = request("http://a.test/", { method: "HEAD" });
  const message = response(to, {
    status: 404,
    headers: { "Content-Type": "Text/HTML; a=b" },
    body: "x",
  });
  const { response: view } = viewFor(message, { responseBody: "text" });
  assertEquals(
    [view?.status, view?.body, view?.request.method],
    [404, "x", "HEAD"],
  );
  const { phase, contentType } = subjectFor(message);
  assertEquals([phase, contentType], ["response", "text/html"]);
  assertEquals(response("http://a.test/").status, 200);
});

Deno.test("subjectFor() refuses what is no target", () => {
  assertThrows(() => subjectFor(request("/path")), TypeError, "absolute URL");
  assertThrows(() => subjectFor(request("http://u@a.test/")));
  assertThrows(() => subjectFor(connect("a.test")));
});

Deno.test("bodyBytes() is text as UTF-8, and bytes as they are", () => {
  assertEquals(bodyBytes("é"), new Uint8Array([0xc3, 0xa9]));
  assertEquals(bodyBytes(new Uint8Array([1])), new Uint8Array([1]));
});
