/** Scenarios with rules: each has a folder of its own with the files that it names. */

import { join } from "@std/path";
import { playScenario, type ScenarioSettings, type Stage } from "./scenario.ts";

/** What a script with rules plays with. */
export interface RulesStage extends Stage {
  /** The rules folder. */
  readonly folder: string;
  /** Replaces the folder's rules, and waits until the new ones are in force or refused. */
  readonly change: (files: RuleFiles) => Promise<void>;
}

/** Rule files by name, each with the text of its rule: what stands behind `export default`. */
export type RuleFiles = Readonly<Record<string, string>>;

/** Registers a scenario with rules as a test. */
export function rulesScenario(
  name: string,
  files: RuleFiles,
  play: (stage: RulesStage) => Promise<void>,
  settings: ScenarioSettings = {},
): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir({ prefix: "sluice_rules_" });
    try {
      await writeRules(folder, files);
      await playScenario(
        (origin) => ({
          rulesPath: folder,
          ...(typeof settings === "function" ? settings(origin) : settings),
        }),
        (stage) => play(withChange(stage, folder)),
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

function withChange(stage: Stage, folder: string): RulesStage {
  const change = async (files: RuleFiles) => {
    await writeRules(folder, files);
    await stage.proxy.rules?.reload();
  };
  return Object.assign(Object.create(stage), { folder, change });
}

/** Writes rule files; a text that is a whole module is taken as it is. */
export async function writeRules(
  folder: string,
  files: RuleFiles,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const module = text.includes("export default")
      ? text
      : `export default ${text};\n`;
    await Deno.writeTextFile(join(folder, name), module);
  }
}
