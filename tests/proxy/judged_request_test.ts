import { assertEquals } from "@std/assert";
import { answer, get, request } from "../scenarios/requests.ts";
import { rulesScenario } from "../scenarios/rules_folder.ts";

rulesScenario(
  "JudgedRequest shows each rule what the one before wrote",
  {
    "1.ts": `{
      name: "first",
      request: () => ({ action: "rewrite", method: "PUT", body: "one", setHeaders: { a: "1" } }),
    }`,
    "2.ts": `{
      name: "second",
      match: { method: "PUT", header: { a: "1" } },
      needs: { requestBody: "bytes" },
      request: ({ body, headers, method }) => ({
        action: "rewrite",
        body: body.length + headers.get("A") + method,
      }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    const sent = await o.message();
    assertEquals([sent.head.startLine, sent.body], ["PUT / HTTP/1.1", "31PUT"]);
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    await records.expect({ method: "GET", status: 200 });
  },
);

rulesScenario(
  "JudgedRequest ends the connection of a client whose long body is replaced",
  { "r.ts": `{ request: () => ({ action: "rewrite", body: "" }) }` },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(request("POST", origin, "/", "Content-Length: 9000000") + "x");
    const o = await origin.accept();
    assertEquals((await o.head()).get("content-length"), "0");
    await o.send(answer("ok"));
    assertEquals((await c.message()).head.get("connection"), "close");
    await c.end();
    await records.expect({ status: 200 });
    // Who waits for 100 (Continue) is not told to go on.
    const c2 = await client();
    await c2.send(
      request("POST", origin, "/", "Content-Length: 3", "Expect: 100-continue"),
    );
    assertEquals((await o.head()).has("expect"), false);
    await o.send(answer("ok"));
    assertEquals((await c2.message()).head.get("connection"), "close");
    await records.expect({ status: 200 });
  },
);
