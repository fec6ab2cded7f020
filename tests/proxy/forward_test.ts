import { assertEquals } from "@std/assert";
import { answer, request } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario(
  "forward() streams the body up while the answer is awaited",
  {},
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(request("POST", origin, "/up", "Content-Length: 10"));
    const o = await origin.accept();
    await c.send("01234");
    await o.head();
    assertEquals(await o.text(5), "01234");
    await c.send("56789");
    assertEquals(await o.text(5), "56789");
    await o.send(answer("got it"));
    assertEquals((await c.message()).body, "got it");
    await records.expect({ method: "POST", status: 200 });
  },
);
