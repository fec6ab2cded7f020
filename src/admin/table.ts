/**
 * A table that says what it is: a caption, column headings with their scope, a first cell
 * that heads its row, and what stands there when it is empty. Where its frame is narrow, a
 * table of many columns stacks the cells of each row; what is too wide all the same scrolls
 * within the frame, which the keyboard can reach. What the cells say is the caller's.
 */

import { emptyState } from "./empty_state.ts";
import { type Html, html, raw, strangeText } from "./html.ts";

/** A column. */
export interface Column {
  readonly title: string;
  /**
   * `number`: aligned to the right. `wide`: takes the room that is left, breaks anywhere, and
   * has a line of its own where cells are stacked.
   */
  readonly kind?: "number" | "wide" | undefined;
  /** Stands before the value where cells are stacked. Default: the title of numbers, "" of others. */
  readonly label?: string | undefined;
}

/** A row: its cells, as many as there are columns. */
export interface Row {
  readonly cells: readonly Html[];
  /** The same for the same thing in every rendering, so that live views keep the row. */
  readonly key?: string | undefined;
}

/** A table. */
export interface TableOptions {
  readonly caption: string;
  /** Its class is `table-NAME`, for widths of columns that stay as they are. */
  readonly name?: string | undefined;
  /** Whether the caption is for screen readers alone, under a heading that says the same. */
  readonly isCaptionHidden?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** In place of a table without rows. */
  readonly empty?: Html | undefined;
}

/** So many columns fit a phone side by side. */
const MAX_UNSTACKED = 3;

/** A table, or what stands there in its place. */
export function table(options: TableOptions): Html {
  const { caption, name = "plain", columns, rows } = options;
  const { isCaptionHidden = true, empty = emptyState("There are none.") } =
    options;
  if (rows.length === 0) return empty;
  const isStacked = columns.length > MAX_UNSTACKED;
  return html`
    <div class="scroll" tabindex="0" role="region"
      aria-label="Table: ${caption}">
      <table class="table-${name}${isStacked ? " stacked" : ""}">
        <caption class="${isCaptionHidden ? "unseen" : ""}">${caption}</caption>
        <thead>
          <tr>${columns.map(({ title, kind = "" }) =>
            html`
              <th scope="col" ${attribute("class", kind)}>${title}</th>
            `
          )}</tr>
        </thead>
        <tbody>${rows.map((row) => tableRow(row, columns))}</tbody>
      </table>
    </div>
  `;
}

function tableRow(
  { cells, key }: Row,
  columns: readonly Column[],
): Html {
  const [head = "", ...rest] = cells;
  const named = attribute("data-key", strangeText(key ?? ""));
  const kind = attribute("class", columns[0]?.kind ?? "");
  return html`
    <tr${named}><th scope="row"${kind}>${head}</th>${rest.map((cell, i) =>
      tableCell(cell, columns[i + 1])
    )}</tr>
  `;
}

function tableCell(cell: Html, column: Column | undefined): Html {
  const { title = "", kind = "" } = column ?? {};
  const { label = kind === "number" ? title : "" } = column ?? {};
  // An empty cell has no label to stand alone.
  return html`<td${attribute("class", kind)}${
    attribute("data-label", cell === "" ? "" : label)
  }>${cell}</td>`;
}

/** An attribute, or nothing where it is empty: tables are what pages weigh most by. */
function attribute(name: string, value: string): Html {
  return value === "" ? "" : html`
    ${raw(name)}="${value}"
  `;
}
