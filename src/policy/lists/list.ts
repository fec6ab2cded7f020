/** What a list is to those that judge by it, wherever its entries come from. */

import type { ListIndex } from "./list_index.ts";

/** Where entries come from. */
export interface ListSource {
  /** Such as `--block`, `admin page`, `easylist.txt`. */
  readonly name: string;
  /** Of files, lines are named; an option that allows anything blocks everything else. */
  readonly kind: "option" | "admin" | "file";
}

/** Entries of one source. */
export interface List {
  readonly source: ListSource;
  readonly index: ListIndex;
  /** What its author noted about an entry, which is given as `textOf` of the index writes it. */
  noteOf?(entry: string): string | undefined;
}
