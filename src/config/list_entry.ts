/** Entries of lists as operators write them: see `policy/lists/list_entry.ts` for their forms. */

import {
  isRefusal,
  LIST_ENTRY_WANTED,
  parseListEntry,
} from "../policy/lists/list_entry.ts";
import { type Kind, kindOf } from "./kind.ts";

/** One entry, as it was written. */
export function listEntry(): Kind<string> {
  return kindOf({
    wants: LIST_ENTRY_WANTED,
    parse: (text) => isRefusal(parseListEntry(text)) ? undefined : text,
    hint: (text) => {
      const entry = parseListEntry(text);
      return isRefusal(entry) ? entry.refused : undefined;
    },
  });
}
