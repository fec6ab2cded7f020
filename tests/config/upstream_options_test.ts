import { UPSTREAM_OPTIONS } from "../../src/config/upstream_options.ts";
import { assertTakes } from "./option_bounds.ts";

Deno.test("UPSTREAM_OPTIONS take parents that speak http, https or socks5", () => {
  const taken = ["http", "https", "socks5"].map((scheme) => `${scheme}://p`);
  assertTakes(UPSTREAM_OPTIONS.upstream, taken, ["ftp://p", "p:3128"]);
});

Deno.test("UPSTREAM_OPTIONS leave no certificate unverified by a pattern", () => {
  assertTakes(UPSTREAM_OPTIONS.insecureHosts, ["example.com"], ["*"]);
});
