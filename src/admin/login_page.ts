/** The page that takes the token. It knows no token. */

import { banner } from "./banner.ts";
import { html } from "./html.ts";
import type { PageOptions } from "./layout.ts";

/** What the page says. */
export interface LoginPageOptions {
  /** The path where a login leads to. */
  readonly next: string;
  /** What was wrong with the attempt before. */
  readonly problem?: string | undefined;
}

/** The page. */
export function loginPage({ next, problem }: LoginPageOptions): PageOptions {
  return {
    title: "Log in",
    body: html`
      ${problem === undefined ? "" : banner({ tone: "bad", what: problem })}
      <form class="card fields" method="post" action="/admin/login">
        <input type="hidden" name="next" value="${next}">
        <input type="text" name="username" value="admin" autocomplete="username"
          hidden>
        <label><span>Token</span><input type="password" name="token" required autofocus
          autocomplete="current-password" spellcheck="false"></label>
        <div><button class="primary">Log in</button></div>
        <p
          class="note">The token is in the file <code>admin-token</code> of the data folder, which its owner alone can read: <code>cat data/admin-token</code>. Without it everything can be read and nothing changed. A login lasts twelve hours, or until the proxy is restarted.</p>
      </form>
    `,
  };
}
