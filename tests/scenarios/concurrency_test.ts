/** Scenarios of many clients at once: each gets its own answers, in its own order. */

import { assertEquals } from "@std/assert";
import { answer, request } from "./requests.ts";
import { scenario, type Stage } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const CLIENTS = 20;
const REQUESTS = 20;
/** How many requests a client sends before it reads. */
const DEPTH = 4;
/** Tells a client that its request has arrived. */
const HINT = "HTTP/1.1 103 Early Hints\r\n\r\n";

/** Answers every request with its own target and body, for as long as there are connections. */
async function echo({ origin }: Stage): Promise<void> {
  while (true) serve(await origin.accept());
}

async function serve(o: WirePeer): Promise<void> {
  try {
    while (true) {
      const head = await o.head();
      if (head.has("x-leaves")) await o.send(HINT);
      const body = await o.text(Number(head.get("content-length")));
      await o.send(answer(head.startLine + body));
    }
  } catch {
    // The connection is over: the proxy or the scenario has closed it.
  }
}

async function talk({ client, origin }: Stage, name: number): Promise<void> {
  const c = await client();
  for (let i = 0; i < REQUESTS; i += DEPTH) {
    const bodies = Array.from({ length: DEPTH }, (_, k) => `${name}-${i + k}`);
    const requests = bodies.map((body) =>
      request("PUT", origin, `/${body}`, `Content-Length: ${body.length}`) +
      body
    );
    await c.send(requests.join(""));
    for (const body of bodies) {
      const got = await c.message();
      assertEquals(got.body, `PUT /${body} HTTP/1.1${body}`);
    }
  }
}

scenario("many clients get their own answers, in order", {}, async (stage) => {
  echo(stage);
  const names = Array.from({ length: CLIENTS }, (_, name) => name);
  await Promise.all(names.map((name) => talk(stage, name)));
  for (let i = 0; i < CLIENTS * REQUESTS; i++) {
    await stage.records.expect({ method: "PUT", status: 200 });
  }
});

scenario(
  "clients that leave do not disturb those that stay",
  {},
  async (stage) => {
    const { client, origin, records } = stage;
    echo(stage);
    const leave = async (name: number) => {
      const c = await client();
      const lines = ["Content-Length: 100", "X-Leaves: yes"];
      await c.send(
        request("PUT", origin, `/leaves-${name}`, ...lines) + "part",
      );
      // A reset that comes before the request was read leaves nothing to record.
      await c.through("\r\n\r\n");
      await c.reset();
    };
    const names = Array.from({ length: CLIENTS }, (_, name) => name);
    await Promise.all(
      names.flatMap((name) => [leave(name), talk(stage, name)]),
    );
    let served = 0;
    let gone = 0;
    while (served < CLIENTS * REQUESTS || gone < CLIENTS) {
      const { errorCode } = await records.next();
      if (errorCode === "") served++;
      else if (errorCode === "client_gone") gone++;
      else throw new Error(`an exchange failed: ${errorCode}`);
    }
  },
);
