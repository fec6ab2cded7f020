/**
 * The lists in force, and what is answered in place of what they block. Lists are replaced
 * whole: an exchange is judged by those that it finds.
 */

import { Lists } from "../policy/lists.ts";

/** The operator's own answer to what lists block. */
export interface BlockAnswer {
  readonly status: number;
  /** HTML for browsers, in which `{{url}}`, `{{reason}}` and `{{id}}` stand for the request's; undefined: the proxy's page. */
  readonly page: string | undefined;
}

/** Holds the lists. */
export class ListBook {
  current: Lists = new Lists();
  readonly answer: BlockAnswer;

  constructor(answer: BlockAnswer = { status: 403, page: undefined }) {
    this.answer = answer;
  }
}
