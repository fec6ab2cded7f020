/**
 * A form that narrows a list down by the query of its own page, so that it works without
 * script and a narrowed list has an address. What the fields mean is the caller's.
 */

import { type Html, html } from "./html.ts";

/** A field. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  /** What it is set to now; "" for not set. */
  readonly value: string;
  /** What can be chosen; the first stands for "any". Default: a text is typed. */
  readonly choices?: readonly FilterChoice[] | undefined;
  /** For example "example.com". */
  readonly placeholder?: string | undefined;
}

/** What can be chosen in a field. */
export interface FilterChoice {
  /** "" for any. */
  readonly value: string;
  readonly label: string;
}

/** The form of a page. @param path Of the page, without its query. */
export function filterForm(
  path: string,
  fields: readonly FilterField[],
): Html {
  const isSet = fields.some(({ value }) => value !== "");
  return html`
    <form class="filter" role="search" method="get"
      action="${path}">${fields.map(filterField)}<button>Filter</button>${isSet
        ? html`<a class="button" href="${path}">Clear</a>`
        : ""}</form>
  `;
}

/** One field with its label. */
export function filterField(field: FilterField): Html {
  const { name, label, value, choices, placeholder = "" } = field;
  const control = choices === undefined
    ? html`
      <input type="search" name="${name}" value="${value}"
        placeholder="${placeholder}" autocomplete="off" spellcheck="false">
    `
    : html`<select name="${name}">${
      choices.map((choice) => option(choice, value))
    }</select>`;
  return html`<label><span>${label}</span>${control}</label>`;
}

function option({ value, label }: FilterChoice, chosen: string): Html {
  return value === chosen
    ? html`<option value="${value}" selected>${label}</option>`
    : html`<option value="${value}">${label}</option>`;
}
