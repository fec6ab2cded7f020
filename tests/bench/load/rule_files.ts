/**
 * The rule files of the rows about rules, by their names.
 */

/** Its hook is asked for every request. */
export const ONE_THAT_ALLOWS: Readonly<Record<string, string>> = {
  "10_allow.ts": 'export default { request: () => ({ action: "allow" }) };\n',
};

/** By host, path, method, field and client, in turns. */
const MATCHES = [
  (at: number) => `host: ["ads${at}.test", "*.ads${at}.test"]`,
  (at: number) => `path: "/installers${at}/*.exe"`,
  (at: number) => `method: "POST", path: "/upload${at}"`,
  (at: number) => `header: { "x-team-${at}": "*" }`,
  (at: number) => `client: "192.0.2.${at}"`,
];

/** Rules about what the bench does not ask for. */
export const TWENTY_OF_OTHERS: Readonly<Record<string, string>> = Object
  .fromEntries(
    Array.from({ length: 20 }, (_, at) => [
      `${at}_other${at}.ts`,
      `export default {
  match: { ${MATCHES[at % MATCHES.length]?.(at)} },
  request: () => ({ action: "block", reason: "not for the bench" }),
};
`,
    ]),
  );

/** The path that is answered by {@link manyRules} with their version. */
export const VERSION_PATH = "/rules-version";

/** So many rules: one that answers what the version is, the others about other hosts. */
export function manyRules(
  count: number,
): (version: string) => Readonly<Record<string, string>> {
  return (version) =>
    Object.fromEntries([
      [
        "0_version.ts",
        `export default {
  match: { path: "${VERSION_PATH}" },
  request: () => ({ action: "respond", status: 200, body: "${version}" }),
};
`,
      ],
      ...Array.from({ length: count - 1 }, (_, at) => [
        `${at + 1}_other${at}.ts`,
        `const reason: string = "${version} ${at}";
export default {
  match: { host: "*.a${at}.test" },
  request: () => ({ action: "block", reason }),
};
`,
      ]),
    ]);
}
