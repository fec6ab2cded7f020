import { assertEquals, assertRejects } from "@std/assert";
import { WireListener } from "../scenarios/wire_listener.ts";
import { proxiedFetch } from "./proxied_fetch.ts";

/** Plays a proxy that answers one request. @return What the client made of it. */
async function exchangeWith(
  answer: string,
  init?: Parameters<ReturnType<typeof proxiedFetch>>[1],
) {
  const proxy = await WireListener.open();
  try {
    const response = proxiedFetch(new URL(proxy.url("")))(
      "http://origin.test:81/a?b",
      init,
    );
    // The proxy awaits first; a refusal meanwhile is not unhandled.
    response.catch(() => {});
    const peer = await proxy.accept();
    const request = await peer.message();
    await peer.send(answer);
    await peer.close();
    return { request, response: await response };
  } finally {
    await proxy.close();
  }
}

Deno.test("proxiedFetch() asks in absolute-form, with the fields it was given and few others", async () => {
  const { request } = await exchangeWith("HTTP/1.1 204 No Content\r\n\r\n", {
    headers: [["Foo", "1"], ["Foo", "2"], ["Cookie", "a=b"], ["Via", ""]],
  });
  assertEquals(
    request.head.startLine,
    "GET http://origin.test:81/a?b HTTP/1.1",
  );
  assertEquals(request.head.lines, [
    "Host: origin.test:81",
    "Connection: close",
    "Foo: 1",
    "Foo: 2",
    "Cookie: a=b",
    "Via: ",
  ]);
});

Deno.test("proxiedFetch() sends a body with its length", async () => {
  const { request } = await exchangeWith("HTTP/1.1 204 No Content\r\n\r\n", {
    method: "PUT",
    body: "é",
  });
  assertEquals(request.head.get("content-length"), "2");
});

Deno.test("proxiedFetch() keeps interim responses, and any status", async () => {
  const { response } = await exchangeWith(
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
      "HTTP/1.1 999 What\r\nA: 1\r\nA: 2\r\nContent-Length: 2\r\n\r\nok",
  );
  assertEquals(response.interim.length, 1);
  assertEquals(response.interim[0]!.status, 103);
  assertEquals(response.interim[0]!.headers.get("link"), "</a>");
  assertEquals(response.status, 999);
  assertEquals(response.statusText, "What");
  assertEquals(response.headers.get("a"), "1, 2");
  assertEquals(await response.text(), "ok");
});

Deno.test("proxiedFetch() does not follow a redirect", async () => {
  const { response } = await exchangeWith(
    "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
  );
  assertEquals(response.status, 302);
});

Deno.test("proxiedFetch() rejects a body that is cut short", async () => {
  await assertRejects(
    () => exchangeWith("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"),
    Error,
  );
});
