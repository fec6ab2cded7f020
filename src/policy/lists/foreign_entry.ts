/**
 * What people write as an entry who know lists from elsewhere: rules of Adblock lists, and
 * ranges with a dash. It says what to write instead, and reads none of them: in files, rules of
 * Adblock lists are for list_line.ts.
 */

const ADBLOCK_RULE = /^(?:@@)?\|/;
const DOMAIN_RULE = /^(@@)?\|(\|?)([^/^$|*]+)\^?\|?(?:\$.*)?$/;
const DASHED_RANGE =
  /^(?:\d+(?:\.\d+){3}-[\d.]+|[\da-f]*:[\da-f:.]*-[\da-f:.]+)$/i;

/** Why a text is no entry, with the entry that was meant; undefined for any other text. */
export function foreignEntryRefusal(text: string): string | undefined {
  if (ADBLOCK_RULE.test(text)) return adblockRefusal(text);
  return DASHED_RANGE.test(text)
    ? 'a range of addresses is written as CIDR, such as "10.0.0.0/29"'
    : undefined;
}

function adblockRefusal(text: string): string {
  const [, isException, second, host] = DOMAIN_RULE.exec(text) ?? [];
  if (host === undefined) return "a rule of an Adblock list";
  const entry = second === "" ? host : `.${host}`;
  const verb = isException === undefined ? "" : " that allows";
  return `a rule of an Adblock list; here it is the entry "${entry}"${verb}`;
}
