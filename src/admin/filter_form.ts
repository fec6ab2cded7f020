/**
 * Fields with their labels, and the form that narrows a list down by the query of its own
 * page, so that it works without script and a narrowed list has an address. What the fields
 * mean is the caller's.
 */

import { type Html, html, strangeText } from "./html.ts";

/** What is wrong with a form. */
export interface FormProblem {
  /** The name of the field; undefined where it is no one field. */
  readonly where: string | undefined;
  /** What is wrong with it, and what was wanted. */
  readonly problem: string;
}

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
  /** Whether it has a line of its own on a phone. Default: false. */
  readonly isLong?: boolean | undefined;
  /** Default: false. */
  readonly isRequired?: boolean | undefined;
  /** In characters. Default: no bound. */
  readonly maxLength?: number | undefined;
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
  problem?: FormProblem | undefined,
): Html {
  const isSet = fields.some(({ value }) => value !== "");
  return html`
    <form class="filter grid" role="search" method="get"
      action="${path}">${fields.map((field) =>
        filterField(field, problem)
      )}<div class="actions"><button>Filter</button>${isSet
        ? html`<a class="button" href="${path}">Clear</a>`
        : ""}</div></form>
  `;
}

/** One field with its label, and what is wrong with it. */
export function filterField(
  field: FilterField,
  problem?: FormProblem | undefined,
): Html {
  const { label, isLong = false } = field;
  const isWrong = problem !== undefined && problem.where === field.name;
  const kind = isLong
    ? html`
      class="long"
    `
    : "";
  const labelled = html`<label${kind}><span>${label}</span>${
    control(field, isWrong)
  }</label>`;
  return isWrong
    ? html`
      <div
        class="field long">${labelled}<span class="problem" id="problem">${strangeText(
          problem.problem,
          2_000,
        )}</span></div>
    `
    : labelled;
}

function control(field: FilterField, isWrong: boolean): Html {
  const { name, value, choices, placeholder = "", maxLength } = field;
  // Who comes back to a form begins where it is wrong.
  const state = isWrong
    ? html`
      aria-invalid="true" aria-describedby="problem" autofocus
    `
    : "";
  if (choices !== undefined) {
    return html`
      <select name="${name}" ${state}>${choices.map((choice) =>
        option(choice, value)
      )}</select>
    `;
  }
  const most = maxLength === undefined ? "" : html`
    maxlength="${maxLength}"
  `;
  const required = field.isRequired === true
    ? html`
      required
    `
    : "";
  return html`
    <input type="text" name="${name}" value="${value}"
      placeholder="${placeholder}" autocomplete="off" autocapitalize="none"
      spellcheck="false" ${most}${required}${state}>
  `;
}

function option({ value, label }: FilterChoice, chosen: string): Html {
  return value === chosen
    ? html`<option value="${value}" selected>${label}</option>`
    : html`<option value="${value}">${label}</option>`;
}
