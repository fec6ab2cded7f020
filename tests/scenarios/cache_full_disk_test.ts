/** A real proxy whose disk is full: it serves on, says so, and finds again what it could keep. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { ServerProgram } from "../clients/strangers.ts";
import { SmallDisk, testWithSmallDisk } from "./small_disk.ts";
import { VersionClients } from "./version_clients.ts";
import { VersionedOrigin } from "./versioned_origin.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
/** Some 24 MiB. */
const RESOURCES = 120;

testWithSmallDisk(
  "a proxy whose disk is full serves on, and keeps what it can",
  async () => {
    using disk = new SmallDisk(8);
    await using origin = new VersionedOrigin();
    const oldest = new Array<number>(RESOURCES).fill(0);
    const filler = `${disk.path}/filler`;
    await Deno.writeFile(filler, new Uint8Array(1_000_000));
    for (const isAgain of [false, true]) {
      await using proxy = await startOn(disk);
      using clients = new VersionClients(proxy.ready, origin, oldest);
      let hits = 0;
      for (let resource = 0; resource < RESOURCES; resource++) {
        if (await clients.get(resource)) hits++;
      }
      assertEquals(hits > 0, isAgain, `${hits} hits`);
      // Of what is on the disk already a full one could not say that it is replaced.
      await clients.change(RESOURCES - 1, "PUT");
      await clients.get(RESOURCES - 1);
      const { code, stderr } = await proxy.stop("SIGTERM");
      assertEquals(code, 0);
      if (isAgain) break;
      assertStringIncludes(stderr, "Cannot store responses in KV");
      assertStringIncludes(stderr, "disk is full");
      assert(/Cannot keep \d+ responses for the next start/.test(stderr));
      await Deno.remove(filler);
    }
  },
);

function startOn({ path }: SmallDisk): Promise<ServerProgram> {
  return ServerProgram.start(
    Deno.execPath(),
    [
      ...["run", "-A", "--no-check", MAIN, "--port", "0", "--rules", "off"],
      ...["--data", `${path}/data`, "--log-file", "off"],
    ],
    /^listening on (http:\S+)$/,
  );
}
