import { assertStringIncludes } from "@std/assert";
import { loginPage } from "../../src/admin/login_page.ts";

Deno.test("loginPage() keeps where it leads to, and says what was wrong, escaped", () => {
  const { body } = loginPage({ next: '/admin/"<b>', problem: "not <that>" });
  const text = String(body);
  assertStringIncludes(text, 'value="/admin/&quot;&lt;b&gt;"');
  assertStringIncludes(text, "not &lt;that&gt;");
});
