/** What a proxy says through which nothing has passed yet: how to send something. */

import { type Html, html } from "./html.ts";

/** @param address `http://HOST:PORT` by which the reader reaches the proxy. */
export function firstStart(version: string, address: string): Html {
  const host = address.replace(/^https?:\/\//, "");
  return html`
    <section class="first" id="first-start" aria-labelledby="first">
      <h2 id="first">Sluice ${version} is running, and nothing has passed yet</h2>
      <ol>
        <li>
          <p>Send a request through it, and watch it come in here:</p>
          <pre><code>curl -x ${address} http://example.com/</code></pre>
        </li>
        <li>
          <p>Let programs of a shell use it:</p>
          <pre><code>export http_proxy=${address} https_proxy=${address}</code></pre>
        </li>
        <li>
          <p>In a browser, set the HTTP proxy <code>${host}</code>, or the automatic configuration <a href="/proxy.pac">${address}/proxy.pac</a>.</p>
        </li>
        <li>
          <p>Decide what passes: a file in <code>rules/</code> is in force as soon as it is saved.</p>
        </li>
      </ol>
    </section>
  `;
}
