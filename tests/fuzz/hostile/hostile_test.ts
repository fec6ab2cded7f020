import { ATTACKS, FLAGS, RULES, SMALL } from "./attacks.ts";
import { HostileStage } from "./hostile_stage.ts";

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
