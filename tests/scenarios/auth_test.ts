/** Scenarios of users who have to say who they are. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  authScenario,
  basic,
  proxyAuthorization,
  USERS,
} from "./auth_scenario.ts";
import { answer, get, head } from "./requests.ts";
import { writeRules } from "./rules_folder.ts";
import { playScenario, type Stage } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const ANN = proxyAuthorization("ann");
const BOB = proxyAuthorization("bob");
const CHALLENGE = 'Basic realm="Sluice", charset="UTF-8"';
const DENIED = {
  status: 407,
  outcome: "denied",
  errorCode: "http_request_denied",
} as const;

/** The next answer asks for credentials, for that reason. */
async function expectAsked(
  c: WirePeer,
  { records }: Stage,
  reason = "the proxy wants a user and a password",
): Promise<void> {
  const got = await c.message();
  assertEquals(got.status, 407);
  assertEquals(got.head.get("proxy-authenticate"), CHALLENGE);
  assertStringIncludes(
    got.head.get("proxy-status") ?? "",
    "sluice; error=http_request_denied; details=",
  );
  assertEquals(JSON.parse(got.body).error.reason, reason);
  const { client } = await records.expect({ ...DENIED, reason });
  assertEquals(client.user, undefined);
}

/** Sends a request that reaches the origin, and returns the head that it had there. */
async function pass(
  { origin, client, records }: Stage,
  user: string,
  text: string,
  c?: WirePeer,
) {
  const peer = c ?? await client();
  await peer.send(text);
  const o = await origin.accept();
  const sent = await o.head();
  await o.send(answer("ok", "200 OK\r\nConnection: close"));
  assertEquals((await peer.message()).body, "ok");
  const record = await records.expect({ status: 200 });
  assertEquals(record.client.user, user);
  return sent;
}

authScenario(
  "who says nothing is asked, and served on the same connection",
  async (stage) => {
    const { origin, client } = stage;
    const c = await client();
    await c.send(get(origin));
    await expectAsked(c, stage);
    const sent = await pass(stage, "ann", get(origin, "/", ANN), c);
    assertEquals(sent.has("proxy-authorization"), false);
    assertEquals(origin.accepted, 1);
  },
);

authScenario(
  "a browser is asked with a page",
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(get(origin, "/", "Accept: text/html"));
    const got = await c.message();
    assertEquals(got.head.get("content-type"), "text/html; charset=utf-8");
    assertEquals(got.head.get("proxy-authenticate"), CHALLENGE);
    assertStringIncludes(got.body, "407 Proxy Auth Required");
    await records.expect(DENIED);
  },
);

authScenario(
  "wrong credentials are asked for again, with the reason",
  async (stage) => {
    const { origin, client } = stage;
    const c = await client();
    const wrong = "the user or the password is wrong";
    const cases: [field: string, reason: string | undefined][] = [
      [basic("ann", "open"), wrong],
      [basic("eve"), wrong],
      ["Basic !", "the credentials are not UTF-8 in Base64"],
      ["Bearer abc", undefined],
      ["", undefined],
    ];
    for (const [field, reason] of cases) {
      await c.send(get(origin, "/", `Proxy-Authorization: ${field}`));
      await expectAsked(c, stage, reason);
    }
    assertEquals(origin.accepted, 0);
  },
);

authScenario("credentials that come twice are 400", async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin, "/", ANN, proxyAuthorization("bob")));
  assertEquals((await c.message()).status, 400);
  await c.end();
  await records.expect({ status: 400, errorCode: "http_request_error" });
});

authScenario("requests of several users share a connection", async (stage) => {
  const c = await stage.client();
  for (const user of ["ann", "bob", "ann"]) {
    await pass(
      stage,
      user,
      get(stage.origin, "/", proxyAuthorization(user)),
      c,
    );
  }
  await c.send(get(stage.origin));
  await expectAsked(c, stage);
});

authScenario("a body that is refused ends the connection", async (stage) => {
  const { origin, client } = stage;
  const c = await client();
  await c.send(
    head(
      `POST ${origin.url("/")} HTTP/1.1`,
      `Host: ${origin.authority}`,
      "Content-Length: 5",
    ) + "hello",
  );
  await expectAsked(c, stage);
  await c.end();
});

authScenario("a tunnel is for those who say who they are", async (stage) => {
  const { origin, client, records } = stage;
  const lines = [
    `CONNECT ${origin.authority} HTTP/1.1`,
    `Host: ${origin.authority}`,
  ];
  const asked = await client();
  await asked.send(head(...lines));
  await expectAsked(asked, stage);
  await asked.end();
  const c = await client();
  await c.send(head(...lines, ANN) + "hello");
  const o = await origin.accept();
  assertEquals((await c.head()).status, 200);
  assertEquals(await o.text(5), "hello");
  c.closeWrite();
  o.closeWrite();
  const record = await records.expect({ status: 200, outcome: "tunnel" });
  assertEquals(record.client.user, "ann");
  assertEquals(origin.accepted, 1);
});

authScenario("a WebSocket passes, without the credentials", async (stage) => {
  const { origin, client, records } = stage;
  const lines = ["Connection: Upgrade", "Upgrade: websocket"];
  const c = await client();
  await c.send(get(origin, "/", ...lines));
  await expectAsked(c, stage);
  await c.send(get(origin, "/", ...lines, ANN));
  const o = await origin.accept();
  assertEquals((await o.head()).has("proxy-authorization"), false);
  await o.send(head("HTTP/1.1 101 Switching Protocols", ...lines));
  assertEquals((await c.head()).status, 101);
  c.closeWrite();
  o.closeWrite();
  const record = await records.expect({ status: 101 });
  assertEquals(record.client.user, "ann");
});

authScenario("credentials reach no parent", async (stage) => {
  const { origin, client } = stage;
  const text = head("GET http://far.test/ HTTP/1.1", "Host: far.test", ANN);
  const sent = await pass(stage, "ann", text);
  assertEquals(sent.startLine, "GET http://far.test/ HTTP/1.1");
  assertEquals(sent.has("proxy-authorization"), false);
  const c = await client();
  await c.send(head("CONNECT far.test:443 HTTP/1.1", "Host: far.test", ANN));
  const parent = await origin.accept();
  assertEquals((await parent.head()).lines, ["Host: far.test:443"]);
  await parent.send(head("HTTP/1.1 200 OK"));
  assertEquals((await c.head()).status, 200);
  c.closeWrite();
  parent.closeWrite();
  await stage.records.expect({ status: 200, outcome: "tunnel" });
}, ({ port }) => ({ upstream: `http://127.0.0.1:${port}` }));

authScenario(
  "a thousand guesses are slowed down, and known users are not",
  async (stage) => {
    const { origin, client, records } = stage;
    await pass(stage, "ann", get(origin, "/", ANN));
    const c = await client();
    const statuses = new Map<number, number>();
    for (let i = 0; i < 1000; i++) {
      await c.send(get(origin, "/", proxyAuthorization("bob", `guess ${i}`)));
      const { status, head } = await c.message();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 429) assert(Number(head.get("retry-after")) >= 1);
      await records.expect({
        status,
        outcome: "denied",
        errorCode: "http_request_denied",
      });
    }
    // The first few are looked at; afterwards one every now and then.
    assert((statuses.get(429) ?? 0) > 900, Deno.inspect(statuses));
    assertEquals([...statuses.keys()].toSorted(), [407, 429]);
    await pass(stage, "ann", get(origin, "/", ANN));
    // Not even the right password gets through while its client has to wait.
    await c.send(get(origin, "/", proxyAuthorization("bob")));
    assertEquals((await c.message()).status, 429);
    await records.expect({
      status: 429,
      outcome: "denied",
      errorCode: "http_request_denied",
    });
  },
);

authScenario(
  "more passwords at once than are checked are 503",
  async (stage) => {
    const { origin, client, records } = stage;
    const clients = await Promise.all(Array.from({ length: 12 }, client));
    await Promise.all(
      clients.map((c, i) =>
        c.send(get(origin, "/", proxyAuthorization("bob", `guess ${i}`)))
      ),
    );
    const answers = await Promise.all(clients.map((c) => c.message()));
    for (const { status, head } of answers) {
      assert([407, 429, 503].includes(status), `${status}`);
      assertEquals(head.has("retry-after"), status !== 407);
      const { outcome } = await records.next();
      assertEquals(outcome, "denied");
    }
    assertEquals(origin.accepted, 0);
  },
);

authScenario(
  "a client that leaves while its password is checked leaves nothing",
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/", proxyAuthorization("bob", "wrong")));
    await c.reset();
    const { errorCode } = await records.next();
    assert(
      ["client_gone", "http_request_denied"].includes(errorCode),
      errorCode,
    );
  },
);

Deno.test("rules are told who asks, request by request, and not the password", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sluice_rules_" });
  const authPath = join(folder, "users");
  try {
    await Deno.writeTextFile(authPath, USERS);
    await writeRules(folder, {
      "bob.ts": `{
        match: { user: "bob" },
        request: ({ client, headers }) => ({
          action: "block",
          reason: client.user + " " + headers.has("proxy-authorization"),
        }),
      }`,
    });
    await playScenario({ authPath, rulesPath: folder }, async (stage) => {
      const { origin, client, records } = stage;
      const c = await client();
      for (const user of ["ann", "bob", "ann", "bob"]) {
        const text = get(origin, "/", proxyAuthorization(user));
        if (user === "ann") {
          await pass(stage, user, text, c);
          continue;
        }
        await c.send(text);
        assertEquals((await c.message()).status, 403);
        const record = await records.expect({ reason: "bob false" });
        assertEquals([record.outcome, record.client.user], ["blocked", "bob"]);
      }
      await c.send(
        head(`CONNECT ${origin.authority} HTTP/1.1`, "Host: a", BOB),
      );
      assertEquals((await c.message()).status, 403);
      await records.expect({ method: "CONNECT", reason: "bob false" });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
