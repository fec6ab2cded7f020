// Answers http://rules.test/ with a page that says that rules run, and which files of this
// folder hold some. Harmless: no real host has a name that ends with ".test".

import type { Rule } from "../src/policy/rule.ts";

// Whenever a file here changes, all rules are loaded anew, and this is read again.
const files = [...Deno.readDirSync(new URL(".", import.meta.url))]
  .filter(({ name, isDirectory }) => !isDirectory && isRuleFile(name))
  .map(({ name }) => name)
  .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

export default {
  description: "http://rules.test/ says that rules run, and lists them",
  match: { host: "rules.test", scheme: "http" },
  request: ({ client }, { now }) => ({
    action: "respond",
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
    },
    body: page(client.ip, now),
    reason: "the rules' own page",
  }),
} satisfies Rule;

function page(clientIp: string, now: Date): string {
  const items = files.map((name) => `<li><code>${escape(name)}</code>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Rules run</title>
<h1>Rules run</h1>
<p>This page comes from a rule, <code>90_rules_page.ts</code>, and from no server.
It was made for ${escape(clientIp)} at ${now.toISOString()}.
<h2>Files with rules, in the order in which they run</h2>
<ol>
${items.join("\n")}
</ol>
<p>Is one broken? <a href="http://proxy-stats/">http://proxy-stats/</a> names
those that are left out or refused, with line and reason.
<p>Add a file to this folder, save it, and load this page again: README.md in
the folder says how. What each rule decides is in the proxy's log.
</html>
`;
}

function isRuleFile(name: string): boolean {
  return /^[^.].*\.ts$/.test(name) && !/(?:_test|\.test|\.d)\.ts$/.test(name);
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
