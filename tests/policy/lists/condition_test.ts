import { assert } from "@std/assert";
import { conditionFits } from "../../../src/policy/lists/condition.ts";
import { connectTo, requestFor } from "./list_subject.ts";

Deno.test("conditionFits() wants every part to be so", () => {
  const request = requestFor("http://example.com:8080/ads/");
  const fitting = {
    hostFits: (host: string) => host === "example.com",
    port: 8080,
    scheme: "http",
    pathFits: (path: string) => path === "/ads/",
  } as const;
  assert(conditionFits({}, request));
  assert(conditionFits(fitting, request));
  assert(!conditionFits({ ...fitting, hostFits: () => false }, request));
  assert(!conditionFits({ ...fitting, port: 80 }, request));
  assert(!conditionFits({ ...fitting, scheme: "https" }, request));
  assert(!conditionFits({ ...fitting, pathFits: () => false }, request));
});

Deno.test("conditionFits() sees host and port of a CONNECT only", () => {
  const connect = connectTo("example.com", 80);
  assert(conditionFits({ port: 80, scheme: "http" }, connect));
  assert(!conditionFits({ port: 443 }, connect));
  assert(!conditionFits({ pathFits: () => true }, connect));
});
