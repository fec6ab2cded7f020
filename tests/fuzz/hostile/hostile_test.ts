import { ATTACKS, FLAGS, RULES, settle, SMALL } from "./attacks.ts";
import { withCrowd } from "./crowd.ts";
import { HostileStage } from "./hostile_stage.ts";
import { askFrom, requestOf } from "./raw_conn.ts";

Deno.test("a proxy withstands what is slow, endless or huge", async (test) => {
  await using stage = await HostileStage.open({ args: FLAGS, rules: RULES });
  for (const attack of ATTACKS) {
    await test.step(attack.name, async () => {
      await stage.withstand(
        () => attack.play(stage, SMALL),
        attack.mostMib?.(SMALL),
      );
    });
  }
});

Deno.test("a client with thousands of silent connections keeps nobody out for long, itself included", async () => {
  const [share, count] = [64, 2_000];
  await using stage = await HostileStage.open({
    args: ["--max-connections-per-client", String(share)],
  });
  const { port } = stage.proxy;
  const localAddress = "127.0.0.5";
  const before = stage.proxy.descriptors;
  // The bystander of the stage comes from another address.
  await stage.withstand(() =>
    withCrowd({ port, localAddress, count }, async () => {
      await settle(async () => {
        const request = requestOf(stage.url("/"));
        const text = await askFrom(localAddress, port, request);
        return text.startsWith("HTTP/1.1 200 ");
      });
    })
  );
  await settle(() => stage.proxy.descriptors < before + share);
});
