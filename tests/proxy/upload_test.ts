import { assert, assertEquals } from "@std/assert";
import { answer, head, request } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "Upload sends each piece as it comes, in the framing it came in",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("POST", origin, "/", "Transfer-Encoding: chunked"));
    const o = await origin.accept();
    await o.head();
    for (const piece of ["one", "three", "seven!!"]) {
      const size = piece.length.toString(16);
      await c.send(`000${size};x="y"\r\n${piece}\r\n`);
      assertEquals(await o.text(piece.length + 5), `${size}\r\n${piece}\r\n`);
    }
    await c.send("000\r\n\r\n");
    assertEquals(await o.text(5), "0\r\n\r\n");
    await o.send(answer("ok"));
    assertEquals((await c.message()).status, 200);
    await records.expect({ status: 200 });
  },
);

scenario("Upload sends bytes behind the body to nobody", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const body = request("PUT", origin, "/", "Content-Length: 3") + "abc";
  await c.send(body + "GARBAGE\r\n\r\n");
  const o = await origin.accept();
  assertEquals((await o.message()).body, "abc");
  await o.send(answer("ok"));
  assertEquals((await c.message()).status, 200);
  assertEquals((await c.message()).status, 400);
  await records.expect({ status: 200 });
  await records.expect({
    status: 400,
    outcome: "error",
    errorCode: "http_request_error",
  });
  await stage.stop();
  assertEquals(await o.rest(), { text: "", isReset: false });
});

scenario("Upload goes on while the answer comes down", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(request("POST", origin, "/", "Content-Length: 6"));
  const o = await origin.accept();
  await o.head();
  await o.send(head("HTTP/1.1 200 OK", "Content-Length: 6"));
  await c.head();
  for (const piece of ["ab", "cd", "ef"]) {
    await c.send(piece);
    assertEquals(await o.text(2), piece);
    await o.send(piece);
    assertEquals(await c.text(2), piece);
  }
  await records.expect({ method: "POST", status: 200, bodyBytesOut: 6 });
});

scenario(
  "Upload lets an origin's answer count though it reads no more",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const length = 64 * 1024 * 1024;
    await c.send(request("POST", origin, "/", `Content-Length: ${length}`));
    const o = await origin.accept();
    await o.head();
    const { done } = c.sendMany(new Uint8Array(1024 * 1024), 64);
    await o.send(answer("too much", "413 Content Too Large"));
    const got = await c.message();
    assertEquals(got.status, 413);
    assertEquals(got.body, "too much");
    assertEquals(got.head.has("proxy-status"), false);
    await c.gone();
    await done;
    assert(c.bytesSent < length);
    await records.expect({ status: 413, outcome: "bypass" });
  },
);

scenario(
  "Upload refuses trailers that would frame the message",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const trailers = ["Content-Length: 9", "Transfer-Encoding: x", "Host: x"];
    await c.send(
      request("POST", origin, "/", "Transfer-Encoding: chunked") + "0\r\n" +
        head(...trailers, "Authorization: x", "X-Sum: 1"),
    );
    const o = await origin.accept();
    await o.head();
    assertEquals(await o.chunked(), { body: "", trailers: ["X-Sum: 1"] });
    await o.send(answer("ok"));
    assertEquals((await c.message()).status, 200);
    await records.expect({ status: 200 });
  },
);

scenario(
  "an Upload that ends within its trailers costs its own connection only",
  {},
  async ({ origin, client, records }) => {
    const c = await client();
    const line = "Transfer-Encoding: chunked";
    await c.send(request("POST", origin, "/", line) + "0\r\nA");
    await (await origin.accept()).head();
    await c.close();
    await records.expect({ outcome: "error", errorCode: "client_gone" });
    const other = await client();
    await other.send(request("GET", origin, "/other"));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("served"));
    assertEquals((await other.message()).body, "served");
    await records.expect({ status: 200 });
  },
);
