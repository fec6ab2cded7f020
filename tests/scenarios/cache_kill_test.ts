/**
 * A proxy that is killed again and again in the midst of fills and changes, and started on the
 * same data: whatever it answers afterwards is, byte for byte, a version that the origin served
 * whole, and never one of which somebody was told that it had been replaced.
 * SLUICE_KILL_ROUNDS says how often (3).
 */

import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { ServerProgram, TemporaryFolder } from "../clients/strangers.ts";
import { Random } from "../fuzz/random.ts";
import { VersionClients } from "./version_clients.ts";
import { VersionedOrigin } from "./versioned_origin.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
const ROUNDS = Number(Deno.env.get("SLUICE_KILL_ROUNDS") ?? 3);
const RESOURCES = 120;
/** These are never changed: they are found again. */
const UNCHANGED = 10;
const CLIENTS = 8;
const MIN_LIFE_MS = 150;
const MAX_LIFE_MS = 900;

Deno.test("a proxy that is killed gives whole versions only, and none that was replaced", async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  using folder = new TemporaryFolder();
  await using origin = new VersionedOrigin();
  const oldest = new Array<number>(RESOURCES).fill(0);
  let hits = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    await using proxy = await startOn(folder);
    using clients = new VersionClients(proxy.ready, origin, oldest);
    for (let resource = 0; resource < RESOURCES; resource++) {
      if (await clients.get(resource)) hits++;
    }
    await liveAndDie(proxy, clients, random);
  }
  assert(hits > 0, `nothing was found again (seed ${seed})`);
});

function startOn(folder: TemporaryFolder): Promise<ServerProgram> {
  return ServerProgram.start(
    Deno.execPath(),
    [
      ...["run", "-A", "--no-check", MAIN, "--port", "0", "--rules", "off"],
      ...["--data", folder.file("data"), "--log-file", "off"],
      ...["--cache-memory", "4MiB", "--cache-disk", "12MiB"],
    ],
    /^listening on (http:\S+)$/,
  );
}

/** Mixed requests, until a kill at a random moment ends them all. */
async function liveAndDie(
  proxy: ServerProgram,
  clients: VersionClients,
  random: Random,
): Promise<void> {
  let isKilled = false;
  const lives = Array.from({ length: CLIENTS }, async () => {
    while (!isKilled) {
      try {
        await playOne(clients, random);
      } catch (error) {
        // The connection that the kill has cut.
        if (!(error instanceof TypeError)) throw error;
      }
    }
  });
  const lifeMs = MIN_LIFE_MS + random.below(MAX_LIFE_MS - MIN_LIFE_MS);
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  // Of all moments the worst: somebody has just been told that something is replaced.
  await clients.change(anyToChange(random), "PUT");
  const { stderr } = await proxy.stop("SIGKILL");
  isKilled = true;
  await Promise.all(lives);
  assert(!/"level":"ERROR"/.test(stderr), stderr);
}

async function playOne(clients: VersionClients, random: Random): Promise<void> {
  if (!random.isOneIn(6)) {
    return void await clients.get(random.below(RESOURCES));
  }
  const method = random.pick(["PUT", "DELETE", "POST"]);
  await clients.change(anyToChange(random), method);
}

function anyToChange(random: Random): number {
  return UNCHANGED + random.below(RESOURCES - UNCHANGED);
}
