/** The attacks as targets of the fuzz task: each is played once, in full. */

import { reasonOf, type Target } from "../target.ts";
import { type Attack, ATTACKS, FLAGS, RULES, type Scale } from "./attacks.ts";
import { HostileStage, type Withstood } from "./hostile_stage.ts";

/** The targets. */
export function hostileTargets(scale: Scale): Target[] {
  return ATTACKS.map((attack) => ({
    name: `hostile: ${attack.name}`,
    run: async () => {
      try {
        const { grownMib, medianMs, longestMs } = await playAttack(
          attack,
          scale,
        );
        console.log(
          `${attack.name}: ${grownMib.toFixed()} MiB more; a bystander waits ` +
            `${medianMs.toFixed(1)} ms, at most ${longestMs.toFixed()} ms`,
        );
        return { inputs: 1, failure: undefined };
      } catch (error) {
        const literal = JSON.stringify(attack.name);
        return { inputs: 1, failure: { literal, reason: reasonOf(error) } };
      }
    },
  }));
}

/** Plays an attack against a proxy of its own. */
export async function playAttack(
  attack: Attack,
  scale: Scale,
): Promise<Withstood> {
  await using stage = await HostileStage.open({ args: FLAGS, rules: RULES });
  return await stage.withstand(
    () => attack.play(stage, scale),
    attack.mostMib?.(scale),
  );
}
