import { assertEquals } from "@std/assert";
import { answerOf, CacheTalk, fresh, ok } from "../scenarios/cache_talk.ts";
import { scenario, until } from "../scenarios/scenario.ts";

scenario(
  "SharedCall is found by others until it has ended, however it ends",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { fetches } = stage.proxy.services.caching!;
    const answers = [
      ok("kept", fresh(60)),
      ok("for one", "Cache-Control: private"),
      answerOf("500 Oops", ""),
      "nonsense\r\n\r\n",
    ];
    for (const [i, answer] of answers.entries()) {
      const client = await talk.begin(`/${i}`);
      const { peer } = await talk.asked();
      assertEquals(fetches.size, 1);
      await peer.send(answer);
      await talk.heard(client);
      assertEquals([fetches.size, fetches.running.size], [0, 0]);
    }
  },
);

scenario(
  "SharedCall goes on for those who wait when its client leaves, and ends with the last of them",
  {},
  async (stage) => {
    const talk = new CacheTalk(stage);
    const { fetches } = stage.proxy.services.caching!;
    const key = stage.origin.url("/a");
    const first = await talk.begin("/a");
    await talk.asked();
    const second = await talk.begin("/a");
    await until(() => fetches.get(key)?.followers === 1, "nobody waits");
    await first.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await until(() => fetches.running.size === 1, "nobody has taken it over");
    assertEquals(fetches.size, 1);
    await second.reset();
    await stage.records.expect({ errorCode: "client_gone" });
    await until(() => fetches.size === 0, "it goes on");
    assertEquals(fetches.running.size, 0);
    assertEquals(talk.origin.count, 1);
  },
);
