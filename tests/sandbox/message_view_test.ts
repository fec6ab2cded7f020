import { assertEquals } from "@std/assert";
import { WireRequest, WireResponse } from "../../src/sandbox/message_view.ts";
import { requestData } from "./stage.ts";

Deno.test("WireRequest shows a request", () => {
  const view = new WireRequest(requestData({ user: "ann", body: "text" }));
  assertEquals(view.url, "http://www.example.com/a?b=1");
  assertEquals(view.headers.get("accept"), "*/*");
  assertEquals(view.client, { ip: "192.0.2.7", port: 50_000, user: "ann" });
  assertEquals(view.time, new Date(1_700_000_000_000));
  assertEquals(view.body, "text");
});

Deno.test("WireRequest has no body and no user where there is none", () => {
  const view = new WireRequest(requestData());
  assertEquals("body" in view, false);
  assertEquals("user" in view.client, false);
});

Deno.test("WireResponse shows a response with its request", () => {
  const body = new Uint8Array([1]);
  const view = new WireResponse(
    { status: 404, headers: ["A", "b"], body },
    requestData(),
  );
  assertEquals([view.status, view.headers.get("a")], [404, "b"]);
  assertEquals(view.body, body);
  assertEquals(view.request.host, "www.example.com");
});
