import { assertEquals } from "@std/assert";
import { readEnvironment } from "../../src/config/environment.ts";
import { ALL_OPTIONS } from "../../src/config/options.ts";

Deno.test("readEnvironment() reads SLUICE_ and the option's name", () => {
  const given = readEnvironment({ SLUICE_HEAD_TIMEOUT: "5s" }, ALL_OPTIONS);
  assertEquals([...given], [["head-timeout", {
    text: "5s",
    where: "SLUICE_HEAD_TIMEOUT",
    source: "environment",
  }]]);
});

Deno.test("readEnvironment() takes an empty variable for an unset one", () => {
  assertEquals(readEnvironment({ SLUICE_PORT: "" }, ALL_OPTIONS).size, 0);
});

Deno.test("readEnvironment() leaves other variables alone", () => {
  const env = {
    PORT: "1",
    sluice_port: "1",
    SLUICE_SERVICE_HOST: "10.0.0.1",
    SLUICE_HELP: "true",
    SLUICE_VERSION: "1.2.3",
  };
  assertEquals(readEnvironment(env, ALL_OPTIONS).size, 0);
});

Deno.test("readEnvironment() takes the path of the config file", () => {
  const given = readEnvironment({ SLUICE_CONFIG: "a.json" }, ALL_OPTIONS);
  assertEquals(given.get("config")?.text, "a.json");
});
