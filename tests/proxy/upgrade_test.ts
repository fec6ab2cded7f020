import { assertEquals } from "@std/assert";
import { isUpgradeAnswer, upgradeProtocols } from "../../src/proxy/upgrade.ts";
import { get, head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";
import { getOf, requestOf, responseOf } from "./wire_values.ts";

Deno.test("upgradeProtocols() wants Connection to name Upgrade", () => {
  assertEquals(upgradeProtocols(getOf()), "");
  assertEquals(upgradeProtocols(getOf("Upgrade: websocket")), "");
  assertEquals(
    upgradeProtocols(getOf("Connection: Upgrade", "Upgrade: websocket")),
    "websocket",
  );
  assertEquals(
    upgradeProtocols(getOf("Connection: x, UPGRADE", "Upgrade: a/1, b")),
    "a/1, b",
  );
});

Deno.test("upgradeProtocols() leaves HTTP/2 out", () => {
  const upgradeOf = (value: string) =>
    upgradeProtocols(getOf("Connection: Upgrade", `Upgrade: ${value}`));
  assertEquals(upgradeOf("h2c"), "");
  assertEquals(upgradeOf("H2C, websocket"), "websocket");
});

Deno.test("upgradeProtocols() is for HTTP/1.1 without a body", () => {
  const lines = ["Host: a.test", "Connection: Upgrade", "Upgrade: websocket"];
  assertEquals(
    upgradeProtocols(requestOf("GET http://a.test/ HTTP/1.0", ...lines)),
    "",
  );
  assertEquals(
    upgradeProtocols(
      requestOf("POST http://a.test/ HTTP/1.1", ...lines, "Content-Length: 1"),
    ),
    "",
  );
});

Deno.test("isUpgradeAnswer() takes what was asked for and nothing else", () => {
  const answerOf = (...lines: string[]) =>
    responseOf("HTTP/1.1 101 Switching Protocols", ...lines);
  assertEquals(
    isUpgradeAnswer(answerOf("Upgrade: WebSocket"), "websocket"),
    true,
  );
  assertEquals(isUpgradeAnswer(answerOf("Upgrade: b"), "a, b"), true);
  assertEquals(isUpgradeAnswer(answerOf("Upgrade: c"), "a, b"), false);
  assertEquals(isUpgradeAnswer(answerOf("Upgrade: a, c"), "a, b"), false);
  assertEquals(isUpgradeAnswer(answerOf(), "a"), false);
  assertEquals(isUpgradeAnswer(answerOf("Upgrade: a"), ""), false);
});

scenario(
  "relayUpgrade() counts the bytes behind the 101",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/", "Connection: Upgrade", "Upgrade: chat"));
    const o = await origin.accept();
    await o.head();
    await o.send(
      head("HTTP/1.1 101 Fine", "Connection: Upgrade", "Upgrade: chat"),
    );
    assertEquals((await c.head()).startLine, "HTTP/1.1 101 Fine");
    await o.send("12345");
    o.closeWrite();
    assertEquals(await c.text(5), "12345");
    c.closeWrite();
    await o.end();
    await records.expect({ status: 101, bodyBytesOut: 5 });
  },
);
