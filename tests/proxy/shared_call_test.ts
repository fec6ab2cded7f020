import { assertEquals, assertRejects } from "@std/assert";
import { SharedFetch } from "../../src/cache/shared_fetch.ts";
import { ClientGone, ConnectionLost } from "../../src/errors.ts";
import type { ClientConnection } from "../../src/proxy/client_connection.ts";
import { SharedCall } from "../../src/proxy/shared_call.ts";
import { answerOf, CacheTalk, fresh, ok } from "../scenarios/cache_talk.ts";
import { head } from "../scenarios/requests.ts";
import { scenario, until } from "../scenarios/scenario.ts";
import { silentConn } from "./silent_conn.ts";
import { absoluteTargetOf, exchangeOf, requestOf } from "./wire_values.ts";

scenario(
  "SharedCall is found by others until it has ended, however it ends",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { fetches } = stage.proxy.services.caching!;
    const answers = [
      ok("kept", fresh(60)),
      ok("for one", "Cache-Control: private"),
      answerOf("500 Oops", ""),
      "nonsense\r\n\r\n",
    ];
    for (const [i, answer] of answers.entries()) {
      const client = await talk.begin(`/${i}`);
      const { peer } = await talk.asked();
      assertEquals(fetches.size, 1);
      await peer.send(answer);
      await talk.heard(client);
      assertEquals([fetches.size, fetches.running.size], [0, 0]);
    }
  },
);

scenario(
  "SharedCall goes on for those who wait when its client leaves, and ends with the last of them",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { fetches } = stage.proxy.services.caching!;
    const key = stage.origin.url("/a");
    const first = await talk.begin("/a");
    await talk.asked();
    const second = await talk.begin("/a");
    await until(() => fetches.get(key)?.followers === 1, "nobody waits");
    await first.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await until(() => fetches.running.size === 1, "nobody has taken it over");
    assertEquals(fetches.size, 1);
    await second.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await until(() => fetches.size === 0, "it goes on");
    assertEquals(fetches.running.size, 0);
    assertEquals(talk.origin.count, 1);
  },
);

/** One of which whatever comes at last is of no use. */
class UselessCall extends SharedCall {
  protected final(): boolean {
    this.settle({ kind: "useless" });
    return false;
  }
}

scenario(
  "SharedCall goes on for those who wait when its client leaves within an interim answer",
  {},
  async ({ origin, proxy: { services } }) => {
    const request = requestOf(`GET ${origin.url("/")} HTTP/1.1`, "Host: a");
    const exchange = exchangeOf(request);
    const outgoing = { request, target: absoluteTargetOf(request) };
    const fetch = new SharedFetch();
    fetch.followers = 1;
    using client = silentConn();
    const { promise: flushed, reject } = Promise.withResolvers<void>();
    const { promise: told, resolve } = Promise.withResolvers<void>();
    const writer = {
      head: () => resolve(),
      flush: () => flushed,
    };
    const call = new UselessCall(exchange, outgoing, services, {
      key: "k",
      reason: "uri-miss",
      fetch,
      caching: services.caching!,
      // It is only told of the interim answer.
      connection: { ...client, writer } as unknown as ClientConnection,
    });
    const led = call.lead(() => undefined);
    const peer = await origin.accept();
    await peer.head();
    await peer.send(head("HTTP/1.1 103 Early Hints"));
    await told;
    exchange.abort(new ClientGone());
    await assertRejects(() => led, ClientGone);
    reject(new ConnectionLost(client.conn, undefined));
    await peer.send(head("HTTP/1.1 204 No Content"));
    await fetch.settled;
    assertEquals(fetch.state, { kind: "useless" });
  },
);
