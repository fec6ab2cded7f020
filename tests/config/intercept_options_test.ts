import { INTERCEPT_OPTIONS } from "../../src/config/intercept_options.ts";
import { assertTakes } from "./option_bounds.ts";

Deno.test("INTERCEPT_OPTIONS take hosts and what is below domains, and no URL", () => {
  const { interceptHosts, interceptExceptions } = INTERCEPT_OPTIONS;
  const taken = ["example.com", "*.example.com", ".example.com"];
  const refused = ["https://example.com/"];
  assertTakes(interceptHosts, taken, refused);
  assertTakes(interceptExceptions, taken, refused);
});
