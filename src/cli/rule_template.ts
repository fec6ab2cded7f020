/**
 * What `init` writes: a first rule that acts where it can do no harm, and the contract's
 * types beside it. The types are those of src/policy/rule.ts, whose text the executable
 * carries along.
 */

/** A file to write, by its name within the rules folder. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a new rules folder. */
export async function templateFiles(): Promise<TemplateFile[]> {
  const types = await Deno.readTextFile(
    new URL("../policy/rule.ts", import.meta.url),
  );
  return [
    { name: "10_first_rule.ts", text: FIRST_RULE },
    // Declarations are no rule: the folder's loader leaves *.d.ts alone.
    { name: "rule.d.ts", text: types.replaceAll(IMPORT_PATH, "./rule.d.ts") },
  ];
}

/** How the documentation in rule.ts imports it, from the rules folder of a checkout. */
const IMPORT_PATH = "../src/policy/rule.ts";

const FIRST_RULE =
  `// A rule: which requests it looks at (match), and what it decides about them (request).
//
// Save this file while the proxy runs, and the change is in force. Try it:
//   curl -x http://127.0.0.1:8080 http://hello.test/

import type { Rule } from "./rule.d.ts";

export default {
  description: "My first rule",

  // Judged by the proxy itself. All fields have to fit; of a list, any one.
  // Leave it out, and the rule is asked about every request.
  match: { host: "hello.test" },

  // Asked for each request that fits, before it is sent anywhere. It returns a
  // decision, a list of them, or nothing: then the request goes its way.
  request({ path, client }) {
    if (path === "/secret") {
      return { action: "block", reason: "nobody may read the secret" };
    }
    return {
      action: "respond",
      status: 200,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: \`Hello \${client.ip}, this is your first rule.\\n\`,
      reason: "the first rule says hello",
    };
  },
} satisfies Rule;
`;
