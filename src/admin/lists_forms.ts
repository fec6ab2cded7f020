/** The forms of `/admin/lists`: which entry fits, an entry to add, a list to import. */

import { MAX_NOTE_CHARACTERS } from "../policy/lists/own_list.ts";
import { filterField } from "./filter_form.ts";
import type { FormMistake } from "./form_mistake.ts";
import { type Html, html } from "./html.ts";
import { LISTS_PATH } from "./lists_file_page.ts";

/** The form that asks which entry decides. */
export function explainForm(
  url: string,
  mistake?: FormMistake | undefined,
): Html {
  return html`
    <form class="filter" role="search" method="get"
      action="${LISTS_PATH}/explain">${filterField({
        name: "url",
        label: "Which entry fits",
        value: url,
        placeholder: "http://example.com/ or a host",
        isLong: true,
      }, mistake)}<button>Look</button></form>
  `;
}

/** The form that adds an entry of one's own, once more where a mistake was in it. */
export function addForm(mistake: FormMistake | undefined): Html {
  const { entry = "", action = "block", note = "" } = mistake?.values ?? {};
  return html`
    <section aria-labelledby="add">
      <h2 id="add">Add an entry</h2>
      <form class="filter" method="post"
        action="${LISTS_PATH}/entries">${filterField({
          name: "action",
          label: "What to do",
          value: action,
          choices: [
            { value: "block", label: "block" },
            { value: "allow", label: "allow" },
          ],
        }, mistake)}${filterField({
          name: "entry",
          label: "Entry",
          value: entry,
          placeholder: ".ads.example",
          isRequired: true,
          maxLength: 16_000,
        }, mistake)}${filterField({
          name: "note",
          label: "Note",
          value: note,
          placeholder: "why",
          isLong: true,
          maxLength: MAX_NOTE_CHARACTERS,
        }, mistake)}<button class="primary">Add</button></form>
      <p
        class="note"><code>example.com</code> is that host, <code>.example.com</code> its sub-domains too; also an address, a range, a URL prefix such as <code>http://example.com/ads/</code>, or a file type such as <code>*.exe</code>.</p>
    </section>
  `;
}

/** The form that imports a list, once more where a mistake was in it. */
export function importForm(mistake: FormMistake | undefined): Html {
  const { name = "", text = "" } = mistake?.values ?? {};
  return html`
    <form class="card fields" method="post" action="${LISTS_PATH}/import"
      enctype="multipart/form-data">
      <h3>Import a list to block by</h3>
      ${filterField({
        name: "name",
        label: "Name",
        value: name,
        placeholder: "the file's, or easylist.txt",
      }, mistake)}
      <label><span>File${mistake === undefined
        ? ""
        : " (to be chosen again: browsers don't keep it)"}</span><input type="file" name="file" accept="text/plain,.txt,.list,.hosts"></label>
      <label><span>Or its text</span><textarea name="text" rows="4" spellcheck="false" placeholder="||ads.example^">${text}</textarea></label>
      <div><button class="primary">Import</button></div>
      <p class="note">At most 32 MiB. A list of that name is replaced.</p>
    </form>
  `;
}
