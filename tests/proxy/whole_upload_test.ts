import { assertEquals } from "@std/assert";
import { answer, get } from "../scenarios/requests.ts";
import { rulesScenario } from "../scenarios/rules_folder.ts";

const BIG = 3_000_000;

rulesScenario(
  "WholeUpload sends a large body while the origin may answer already",
  {
    "r.ts":
      `{ request: () => ({ action: "rewrite", method: "PUT", body: "x".repeat(${BIG}) }) }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin, "/read"));
    const o = await origin.accept();
    const sent = await o.head();
    assertEquals(sent.get("content-length"), String(BIG));
    await o.skip(BIG, 120);
    await o.send(answer("read"));
    assertEquals((await c.message()).body, "read");
    await records.expect({ status: 200 });
    // An origin that does not read is not waited for.
    await c.send(get(origin, "/early"));
    await o.head();
    await o.send(answer("no", "413 Content Too Large"));
    assertEquals((await c.message()).status, 413);
    await records.expect({ status: 413 });
  },
);
