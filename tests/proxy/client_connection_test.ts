import { assert, assertEquals } from "@std/assert";
import { answer, get, head, request } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "ClientConnection counts the bytes of each exchange alone",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const first = request("POST", origin, "/1", "Content-Length: 5") + "12345";
    const second = get(origin, "/22");
    await c.send(first + second);
    const o = await origin.accept();
    const sizes: number[] = [];
    for (let i = 0; i < 2; i++) {
      await o.message();
      await o.send(answer("x".repeat(i + 1)));
      const { text } = await readWhole(c);
      sizes.push(text.length);
    }
    const one = await records.expect({
      url: origin.url("/1"),
      bodyBytesOut: 1,
    });
    const two = await records.expect({
      url: origin.url("/22"),
      bodyBytesOut: 2,
    });
    assertEquals([one.bytesIn, two.bytesIn], [first.length, second.length]);
    assertEquals([one.bytesOut, two.bytesOut], sizes);
    assert(one.id !== two.id);
  },
);

async function readWhole(
  c: {
    through(end: string): Promise<string>;
    text(n: number): Promise<string>;
  },
): Promise<{ text: string }> {
  const headText = await c.through("\r\n\r\n");
  const length = Number(/Content-Length: (\d+)/.exec(headText)?.[1]);
  return { text: headText + await c.text(length) };
}

scenario(
  "ClientConnection survives an error of the origin's",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin) + get(origin));
    const first = await origin.accept();
    await first.head();
    await first.close();
    assertEquals((await c.message()).status, 502);
    const second = await origin.accept();
    await second.head();
    await second.send(answer("fine"));
    assertEquals((await c.message()).body, "fine");
    await records.expect({
      status: 502,
      outcome: "error",
      errorCode: "connection_terminated",
    });
    await records.expect({ status: 200 });
  },
);

scenario(
  "ClientConnection ends with a malformed head behind a good one",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(
      get(origin) + "GET / HTTP/1.1\r\nHost : x\r\n\r\n" + get(origin),
    );
    const o = await origin.accept();
    await o.head();
    await o.send(answer("one"));
    assertEquals((await c.message()).body, "one");
    const refusal = await c.message();
    assertEquals(refusal.status, 400);
    assertEquals(refusal.head.get("connection"), "close");
    await c.end();
    await records.expect({ status: 200 });
    await records.expect({
      status: 400,
      outcome: "error",
      errorCode: "http_request_error",
    });
  },
);

scenario(
  "ClientConnection listens on for a while after its last words",
  {},
  async (stage) => {
    const { client, records } = stage;
    const c = await client();
    await c.send("nonsense\r\n\r\n");
    assertEquals((await c.message()).status, 400);
    await c.end();
    // A reset now would take the answer with it, were it still on its way.
    await c.send("x".repeat(100_000));
    c.closeWrite();
    await records.expect({
      status: 400,
      outcome: "error",
      errorCode: "http_request_error",
    });
  },
);

scenario(
  "ClientConnection serves on after a client's 1.0 of another connection",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    const old = await client();
    await old.send(head("GET /healthz HTTP/1.0"));
    await old.message();
    await old.end();
    old.closeWrite();
    const c = await client();
    await c.send(
      head("GET /healthz HTTP/1.1", `Host: 127.0.0.1:${proxy.port}`),
    );
    assertEquals((await c.message()).status, 200);
    await records.expect({ protocol: "HTTP/1.0", outcome: "answered" });
    await records.expect({ protocol: "HTTP/1.1", outcome: "answered" });
  },
);
