import { assertEquals } from "@std/assert";
import { CacheTalk, fresh, ok } from "../scenarios/cache_talk.ts";
import { get10, head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "serveArriving() frames the body as each client can read it",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const first = await talk.begin("/a");
    const { peer } = await talk.asked();
    await peer.send(
      head("HTTP/1.1 200 OK", fresh(60), "Transfer-Encoding: chunked") +
        "2\r\nab\r\n",
    );
    assertEquals((await first.head()).get("transfer-encoding"), "chunked");
    const old = await talk.begin("/a", { text: get10(stage.origin, "/a") });
    const oldHead = await old.head();
    assertEquals(oldHead.has("transfer-encoding"), false);
    assertEquals(oldHead.get("connection"), "close");
    assertEquals(oldHead.get("age"), "0");
    await peer.send("1\r\nc\r\n0\r\n\r\n");
    assertEquals((await first.chunked()).body, "abc");
    assertEquals((await old.rest()).text, "abc");
    for (let i = 0; i < 2; i++) await stage.records.expect({ status: 200 });
  },
);

scenario(
  "serveArriving() sends what came before it waits for more",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const client = await talk.begin("/a");
    const { peer } = await talk.asked();
    const answer = ok("0123", fresh(60));
    await peer.send(answer.slice(0, -4));
    await client.head();
    for (const byte of "0123") {
      await peer.send(byte);
      assertEquals(await client.text(1), byte);
    }
    await stage.records.expect({ status: 200, bodyBytesOut: 4 });
  },
);
