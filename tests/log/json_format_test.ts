import { assert, assertEquals } from "@std/assert";
import { droppedJson, jsonFormat } from "../../src/log/json_format.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";
import { sampleRecord } from "./sample_record.ts";

function parsed(changes: Partial<ExchangeRecord>, logQuery = true) {
  return JSON.parse(jsonFormat(logQuery)(sampleRecord(changes)));
}

Deno.test("jsonFormat() writes the members in their order", () => {
  const line = jsonFormat(true)(sampleRecord({
    client: { ip: "192.0.2.10", port: 51234, user: "ann" },
    outcome: "blocked",
    rule: "10_ads",
    reason: "no ads",
    decisions: [
      {
        rule: "05_new",
        phase: "request",
        action: "block",
        reason: "try",
        report: true,
        ms: 0.1,
      },
      {
        rule: "10_ads",
        phase: "request",
        action: "block",
        reason: "",
        report: false,
        ms: 2,
      },
    ],
    policyVersion: "7",
    cacheStatus: "sluice; fwd=miss",
    dnsMs: 1,
    tlsMs: 2,
    errorCode: "connection_refused",
    errorMessage: "no",
  }));
  assertEquals(
    line,
    '{"time":"2026-01-31T08:15:00.250Z","id":"0f3k9z-1a",' +
      '"client":{"ip":"192.0.2.10","port":51234,"user":"ann"},' +
      '"method":"GET",' +
      '"url":"http://www.example.com/assets/app/main.3f9d2c.js?version=12",' +
      '"target":{"host":"www.example.com","port":80,"address":"198.51.100.7"},' +
      '"status":200,"outcome":"blocked","rule":"10_ads","reason":"no ads",' +
      '"decisions":[{"rule":"05_new","phase":"request","action":"block",' +
      '"reason":"try","report":true,"ms":0.1},{"rule":"10_ads",' +
      '"phase":"request","action":"block","ms":2}],' +
      '"policy":"7","cache":"sluice; fwd=miss",' +
      '"bytesIn":412,"bytesOut":18345,"ms":{"total":12.346,"policy":0.012,' +
      '"dns":1,"connect":3.5,"tls":2,"firstByte":10.25},' +
      '"error":{"code":"connection_refused","message":"no"}}\n',
  );
});

Deno.test("jsonFormat() leaves out what is empty or did not happen", () => {
  const record = parsed({
    method: "",
    url: "",
    targetHost: "",
    targetPort: 0,
    targetAddress: "",
    decisions: [],
    policyMs: -1,
    connectMs: -1,
    firstByteMs: -1,
    status: 0,
  });
  assertEquals(Object.keys(record), [
    "time",
    "id",
    "client",
    "method",
    "url",
    "status",
    "outcome",
    "bytesIn",
    "bytesOut",
    "ms",
  ]);
  assertEquals(record.ms, { total: 12.346 });
});

Deno.test("jsonFormat() writes of a method, a user and a target what there is", () => {
  for (const method of ["", "GET", "get", "POST"]) {
    for (const user of [undefined, "", "ann"]) {
      for (const targetPort of [0, 80]) {
        for (const targetAddress of ["", "::1"]) {
          const { client, target, ...rest } = parsed({
            method,
            client: { ip: "::1", port: 5, user },
            targetHost: "a",
            targetPort,
            targetAddress,
          });
          assertEquals(rest.method, method);
          assertEquals(client, { ip: "::1", port: 5, ...(user && { user }) });
          assertEquals(target, {
            host: "a",
            ...(targetPort && { port: targetPort }),
            ...(targetAddress && { address: targetAddress }),
          });
        }
      }
    }
  }
});

Deno.test("jsonFormat() writes one line that parses, whatever the text", () => {
  const format = jsonFormat(true);
  for (const text of NASTY_STRINGS) {
    const line = format(sampleRecord({
      id: text,
      client: { ip: text, port: 1, user: text },
      method: text,
      targetHost: text,
      targetAddress: text,
      rule: text,
      reason: text,
      errorCode: text,
      errorMessage: text,
      cacheStatus: text,
      policyVersion: text,
      decisions: [{
        rule: text,
        phase: text,
        action: text,
        reason: text,
        report: false,
        ms: 0,
      }],
      url: `/${text}`,
    }));
    assertEquals(line.indexOf("\n"), line.length - 1);
    const record = JSON.parse(line);
    assertEquals(record.method, text);
    assertEquals(record.url, `/${text}`);
    assertEquals(record.reason ?? "", text);
    assertEquals(record.decisions[0].rule, text);
  }
});

Deno.test("jsonFormat() writes numbers that JSON has, whatever they are", () => {
  const numbers = [NaN, Infinity, -Infinity, -1, 0, -0, 1e21, 1e300, 0.1 + 0.2];
  for (const number of numbers) {
    const record = parsed({
      client: { ip: "::1", port: number },
      timeMs: number,
      targetPort: number,
      status: number,
      bytesIn: number,
      bytesOut: number,
      totalMs: number,
      dnsMs: number,
    });
    assertEquals(typeof record.bytesIn, "number");
    assertEquals(typeof record.ms.total, "number");
  }
});

Deno.test("jsonFormat() rounds times to 3 decimals", () => {
  const cases = [
    [0, 0],
    [0.0004, 0],
    [0.0005, 0.001],
    [0.9996, 1],
    [1.05, 1.05],
    [12.3456, 12.346],
    [999.999, 999.999],
    [123_456.7891, 123_456.789],
  ] as const;
  for (const [totalMs, expected] of cases) {
    assertEquals(parsed({ totalMs }).ms.total, expected);
  }
  for (let micros = 0; micros < 3000; micros++) {
    assertEquals(
      parsed({ totalMs: micros / 1000 }).ms.total,
      micros / 1000,
    );
  }
});

Deno.test("jsonFormat() masks user information, and the query if told", () => {
  const url = "http://ann:secret@example.com/a?token=x";
  assertEquals(parsed({ url }).url, "http://***@example.com/a?token=x");
  assertEquals(parsed({ url }, false).url, "http://***@example.com/a?…");
});

Deno.test("jsonFormat() has no place for credentials", () => {
  const record = {
    ...sampleRecord(),
    authorization: "Basic c2VjcmV0",
    cookie: "c2VjcmV0",
  };
  assert(!jsonFormat(true)(record).includes("c2VjcmV0"));
});

Deno.test("droppedJson() says how many", () => {
  assertEquals(
    droppedJson(0, 12),
    '{"time":"1970-01-01T00:00:00.000Z","dropped":12}\n',
  );
});

Deno.test("jsonFormat() writes of each record its own, whatever came before", () => {
  const format = jsonFormat(true);
  const clients = [1, 257, 513].flatMap((port) =>
    ["192.0.2.1", "192.0.2.2"].map((ip) => ({ ip, port }))
  );
  const changes: Partial<ExchangeRecord>[] = [
    {},
    { method: "PUT" },
    { timeMs: Date.UTC(2026, 0, 31, 8, 15, 0, 251) },
    { status: 304 },
    { outcome: "hit" },
    { targetHost: "other.test" },
    { targetPort: 81 },
    { targetAddress: "198.51.100.8" },
    { targetHost: "" },
  ];
  for (const client of [...clients, ...clients]) {
    for (const change of changes) {
      const record = sampleRecord({ client, ...change });
      assertEquals(format(record), jsonFormat(true)(record));
    }
  }
});
