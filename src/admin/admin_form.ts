/**
 * What changes are asked for with: the members of a form or of JSON, and the pieces that
 * forms are made of. A form works without script.
 */

import type { AdminContext } from "./admin_answers.ts";
import { BadInput, parsedJson } from "./checked_input.ts";
import { type Html, html } from "./html.ts";

/**
 * The members of a request's body: of JSON, whatever its type says, or of a form. What a form
 * left empty is not given; what it sent twice is a list.
 *
 * @throws {BadInput} for a body that is neither.
 */
export async function readForm(context: AdminContext): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  if (/^multipart\/form-data/i.test(type)) {
    return given(Object.entries(await readMultipart(context)));
  }
  const text = await context.req.text();
  // A form has no "{" as such: it is escaped there.
  const isForm = /^application\/x-www-form-urlencoded/i.test(type) &&
    !/^\s*\{/.test(text);
  if (!isForm) return parsedJson(text);
  const members = Map.groupBy(new URLSearchParams(text), ([name]) => name);
  return given(
    [...members].map(([name, [first, ...more]]) =>
      [name, more.length === 0 ? first?.[1] : [first, ...more]] as const
    ),
  );
}

async function readMultipart(context: AdminContext): Promise<object> {
  try {
    return await context.req.parseBody({ all: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new BadInput(undefined, "the body is no multipart/form-data");
  }
}

function given(
  members: readonly (readonly [name: string, value: unknown])[],
): Record<string, unknown> {
  return Object.fromEntries(members.filter(([, value]) => value !== ""));
}

/** The parameters of a URL; what a form left empty is not given. */
export function givenParameters(
  context: AdminContext,
  ...others: readonly string[]
): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(context.req.queries())
      .filter(([name]) => name !== "format" && !others.includes(name))
      .map(([name, values]) =>
        [name, values.filter((value) => value !== "")] as const
      )
      .filter(([, values]) => values.length > 0),
  );
}

/** The number of things that a change concerned, in the address where it led to. */
export function countParameter(
  context: AdminContext,
  name: string,
): number | undefined {
  const text = context.req.query(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** A button that posts what is hidden beside it. */
export interface ActionButton {
  readonly path: string;
  readonly label: string;
  /** Whose button it is, for screen readers. */
  readonly about?: string | undefined;
  readonly values?: Readonly<Record<string, string>>;
  /** `danger`: it takes something away. */
  readonly tone?: "plain" | "danger" | "primary" | undefined;
}

/** The form of one button. */
export function actionButton(
  { path, label, about, values = {}, tone = "plain" }: ActionButton,
): Html {
  return html`
    <form class="plain" method="post"
      action="${path}">${hiddenFields(
        values,
      )}<button class="${tone}">${label}${about === undefined
        ? ""
        : html`<span class="unseen"> ${about}</span>`}</button></form>
  `;
}

/**
 * A button that takes something away: it opens, and the one within does it. Works without
 * script, and a slip of the finger costs nothing.
 */
export function confirmedButton(
  { label, about, ...button }: Omit<ActionButton, "tone">,
): Html {
  const whose = about === undefined
    ? ""
    : html`<span class="unseen"> ${about}</span>`;
  const confirm = actionButton({
    ...button,
    label: `Yes, ${label.toLowerCase()}`,
    about,
    tone: "danger",
  });
  return html`
    <details
      class="confirm"><summary class="button danger">${label} …${whose}</summary> ${confirm}</details>
  `;
}

/** Values that travel with a form. */
export function hiddenFields(values: Readonly<Record<string, string>>): Html {
  return html`${
    Object.entries(values).map(([name, value]) =>
      html`<input type="hidden" name="${name}" value="${value}">`
    )
  }`;
}
