import { assertEquals, assertStringIncludes } from "@std/assert";
import { exchangePage } from "../../src/admin/logs_exchange_page.ts";
import { storedSample } from "../log/stored_sample.ts";

const ADDRESS = "http://127.0.0.1:8080";

Deno.test("exchangePage() shows decisions, time, how to repeat it and what rules say now", () => {
  const record = storedSample({
    id: "abc",
    method: "POST",
    decisions: [{
      rule: "ads",
      phase: "request",
      action: "block",
      reason: "no ads",
      report: false,
      ms: 1,
    }],
  });
  const text = String(exchangePage(record, ADDRESS).body);
  assertStringIncludes(text, "no ads");
  assertStringIncludes(text, '<div class="timing">');
  assertStringIncludes(text, `curl -v -x ${ADDRESS} -X POST`);
  assertStringIncludes(text, "/admin/rules/explain?url=http");
  assertStringIncludes(text, "&amp;method=POST");
  assertStringIncludes(text, "/admin/logs?host=www.example.com");
});

Deno.test("exchangePage() has no link to others where there is no host", () => {
  const record = storedSample({
    targetHost: "",
    targetPort: 0,
    targetAddress: "",
  });
  const text = String(exchangePage(record, ADDRESS).body);
  assertEquals(text.includes("Others of this host"), false);
});
