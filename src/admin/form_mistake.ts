/**
 * A form that was sent with a mistake in it, so that it can be shown once more with what was
 * typed: nobody types anything twice because of one wrong field. Which form it is its page knows.
 */

import type { FormProblem } from "./filter_form.ts";
import { banner } from "./banner.ts";
import { BadInput, type Parameters } from "./checked_input.ts";
import { type Html, html, strangeText } from "./html.ts";

/** What was sent, and what was wrong with it. */
export interface FormMistake extends FormProblem {
  /** What was typed, by the fields' names. */
  readonly values: Readonly<Record<string, string>>;
}

/** What was wrong with a form. Undefined for an error that is no mistake of who sent it. */
export function formMistake(
  error: unknown,
  form: unknown,
): FormMistake | undefined {
  if (!(error instanceof BadInput)) return undefined;
  const { where, problem } = error;
  return { where, problem, values: textsOf(form) };
}

/** The first value of each parameter. */
export function typedParameters(
  parameters: Parameters,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, [value = ""]]) => [name, value]),
  );
}

/**
 * Says above the page that nothing came of it; what is wrong with a field is said there.
 *
 * @param what Came of it: "Nothing was changed".
 */
export function mistakeBanner(
  { where, problem }: FormMistake,
  what: string,
): Html {
  return where === undefined
    ? banner({
      tone: "bad",
      what: `${what}.`,
      details: html`<p>${strangeText(problem, 2_000)}</p>`,
    })
    : banner({ tone: "bad", what: `${what}: see the field “${where}”.` });
}

function textsOf(form: unknown): Record<string, string> {
  if (typeof form !== "object" || form === null) return {};
  return Object.fromEntries(
    Object.entries(form).filter(([, value]) => typeof value === "string"),
  );
}
