/**
 * Folders of rules for tests, and the sets that the rule host makes of them.
 */

import { join } from "@std/path";
import { type RuleSet, RuleSets } from "../../src/sandbox/rule_set.ts";
import { RuleState } from "../../src/sandbox/rule_state.ts";

/** Runs a test with a new folder that holds those files, and removes it. */
export async function withFolder(
  files: Readonly<Record<string, string>>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sluice_rules_" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Loads a folder into a rule host for as long as `use` takes. */
export async function loadFolder<T>(
  folder: string,
  use: (set: RuleSet) => T | Promise<T>,
): Promise<T> {
  const kv = await Deno.openKv(":memory:");
  const ignore = () => undefined;
  const events = {
    log: ignore,
    lost: ignore,
    setAside: ignore,
    complaint: ignore,
    changed: ignore,
    refused: ignore,
  };
  const parts = { state: new RuleState(kv), events };
  try {
    const sets = await RuleSets.open(folder, parts, { watch: false });
    try {
      return await use(sets.current);
    } finally {
      await sets.close();
    }
  } finally {
    kv.close();
  }
}
