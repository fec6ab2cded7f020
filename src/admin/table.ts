/**
 * A table that says what it is: a caption, column headings with their scope, a first cell
 * that heads its row, and what stands there when it is empty. It scrolls within its frame,
 * which the keyboard can reach. What the cells say is the caller's.
 */

import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";

/** A column. */
export interface Column {
  readonly title: string;
  /** `number`: aligned to the right. `wide`: takes the room that is left, and breaks anywhere. */
  readonly kind?: "number" | "wide" | undefined;
}

/** A row: its cells, as many as there are columns. */
export interface Row {
  readonly cells: readonly Html[];
  /** The same for the same thing in every rendering, so that live views keep the row. */
  readonly key?: string | undefined;
  /** For scripts to filter by. */
  readonly group?: string | undefined;
}

/** A table. */
export interface TableOptions {
  readonly caption: string;
  /** Its class is `table-NAME`, for a look of its own. */
  readonly name?: string | undefined;
  /** Whether the caption is for screen readers alone, under a heading that says the same. */
  readonly isCaptionHidden?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** In place of a table without rows. */
  readonly empty?: Html | undefined;
}

/** A table, or what stands there in its place. */
export function table(options: TableOptions): Html {
  const { caption, name = "plain", columns, rows } = options;
  const { isCaptionHidden = true, empty = emptyState("There are none.") } =
    options;
  if (rows.length === 0) return empty;
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table class="table-${name}">
        <caption class="${isCaptionHidden ? "unseen" : ""}">${caption}</caption>
        <thead>
          <tr>${columns.map(({ title, kind = "" }) =>
            html`<th scope="col" class="${kind}">${title}</th>`
          )}</tr>
        </thead>
        <tbody>${rows.map((row) => tableRow(row, columns))}</tbody>
      </table>
    </div>
  `;
}

function tableRow(
  { cells, key, group }: Row,
  columns: readonly Column[],
): Html {
  const [head = "", ...rest] = cells;
  const kindOf = (place: number) => columns[place]?.kind ?? "";
  return html`
    <tr data-key="${strangeText(key ?? "")}"
      data-group="${group ?? ""}"><th scope="row" class="${kindOf(
        0,
      )}">${head}</th>${rest.map((cell, i) =>
        html`<td class="${kindOf(i + 1)}">${cell}</td>`
      )}</tr>
  `;
}
