/**
 * Scenarios with rules: each has a folder of its own with the files that it names, and is
 * played in the clear or over https as well.
 */

import { join } from "@std/path";
import { makeCertificate } from "../net/test_certificate.ts";
import { testWith } from "../requirement.ts";
import { playScenario, type ScenarioSettings, type Stage } from "./scenario.ts";

/** What the URLs of a scenario begin with. */
export type Scheme = "http" | "https";

/** What a script with rules plays with. */
export interface RulesStage extends Stage {
  /** The rules folder. */
  readonly folder: string;
  readonly scheme: Scheme;
  /** Replaces the folder's rules, and waits until the new ones are in force or refused. */
  readonly change: (files: RuleFiles) => Promise<void>;
}

/** Rule files by name, each with the text of its rule: what stands behind `export default`. */
export type RuleFiles = Readonly<Record<string, string>>;

type Play = (stage: RulesStage) => Promise<void>;

/** Whom the origin is, over https. */
const ORIGIN_NAMES = ["127.0.0.1", "origin.test", "near.test"];

/** Rules are for what is in a tunnel here, and not for its opening. */
const OPENS_TUNNELS: RuleFiles = {
  "0_opens_tunnels.ts":
    `{ match: { method: "CONNECT" }, connect: () => ({ action: "allow" }) }`,
};

/** Registers a scenario with rules as a test, in the clear. */
export function rulesScenario(
  name: string,
  files: RuleFiles,
  play: Play,
  settings: ScenarioSettings = {},
): void {
  Deno.test(name, () => playRules("http", files, play, settings));
}

/**
 * Registers a scenario with rules as two tests: in the clear, and over https through tunnels
 * that are intercepted, with the same expectations.
 *
 * @param files Of the scheme, where its name is in them.
 */
export function rulesScenarioOverBoth(
  name: string,
  files: RuleFiles | ((scheme: Scheme) => RuleFiles),
  play: Play,
  settings: ScenarioSettings = {},
): void {
  const of = (scheme: Scheme) =>
    typeof files === "function" ? files(scheme) : files;
  rulesScenario(name, of("http"), play, settings);
  testWith(
    ["openssl"],
    `${name}, over https`,
    () =>
      playRules("https", { ...OPENS_TUNNELS, ...of("https") }, play, settings),
  );
}

async function playRules(
  scheme: Scheme,
  files: RuleFiles,
  play: Play,
  settings: ScenarioSettings,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "sluice_rules_" });
  try {
    const rulesPath = join(folder, "rules");
    await Deno.mkdir(rulesPath);
    await writeRules(rulesPath, files);
    const certificate = scheme === "https"
      ? await makeCertificate(...ORIGIN_NAMES)
      : undefined;
    const upstreamCaPath = join(folder, "origin.pem");
    if (certificate) await Deno.writeTextFile(upstreamCaPath, certificate.cert);
    const overTls = certificate &&
      { upstreamCaPath, dataDir: join(folder, "data"), interceptHosts: ["*"] };
    await playScenario(
      (origin) => ({
        rulesPath,
        ...overTls,
        ...(typeof settings === "function" ? settings(origin) : settings),
      }),
      (stage) => play(withChange(stage, rulesPath, scheme)),
      certificate,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function withChange(
  stage: Stage,
  folder: string,
  scheme: Scheme,
): RulesStage {
  const change = async (files: RuleFiles) => {
    await writeRules(folder, files);
    await stage.proxy.rules?.reload();
  };
  return Object.assign(Object.create(stage), { folder, scheme, change });
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
