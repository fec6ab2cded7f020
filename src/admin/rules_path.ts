/** Where the pages of the rules are, for whoever leads to them. */

/** The path of all rules. */
export const RULES_PATH = "/admin/rules";

/** Where one rule is shown. */
export function ruleHref(name: string): string {
  return `${RULES_PATH}/rule?${new URLSearchParams({ name })}`;
}
