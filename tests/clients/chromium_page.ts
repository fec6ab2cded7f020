/**
 * The site that Chromium visits: a page in the clear with a style, a script, an image and
 * a frame over TLS. Both pages fetch, post and speak WebSocket, and the outer one notes
 * what came in its own document. An image is held back until then, so that the page is
 * not loaded before it is done.
 */

import { digest, serveContent } from "./content_origin.ts";
import { answerEcho } from "./web_socket_echo.ts";

/** Makes the handler of both origins; each page finds its own origin in `location`. */
export function chromiumSite(): (
  request: Request,
) => Response | Promise<Response> {
  const { promise: isDone, resolve: done } = Promise.withResolvers<void>();
  return (request) => {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/outer":
        return html(outerPage(url.searchParams.get("frame") ?? ""));
      case "/inner":
        return html(innerPage());
      case "/style.css":
        return typed("#styled { width: 321px }", "text/css");
      case "/script.js":
        return typed(SCRIPT, "text/javascript");
      case "/image.svg":
        return typed(image(12), "image/svg+xml");
      case "/held.svg":
        return isDone.then(() => typed(image(1), "image/svg+xml"));
      case "/done":
        done();
        return new Response(null, { status: 204 });
      case "/echo":
        return answerEcho(request);
    }
    return serveContent(request);
  };
}

/** What the outer page notes of either page when everything came. */
export function expectedNote(bytes: Uint8Array): string {
  const sent = "a".repeat(300_000);
  return `${digest(bytes)} ${digest(sent)} echo:${digest(sent)}`;
}

function html(text: string): Response {
  return typed(text, "text/html; charset=utf-8");
}

function typed(text: string, type: string): Response {
  return new Response(text, { headers: { "content-type": type } });
}

function image(size: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"/>`;
}

function outerPage(frame: string): string {
  return `<!doctype html>
<link rel="stylesheet" href="/style.css">
<script src="/script.js"></script>
<div id="styled"></div><img id="image" src="/image.svg">
<pre id="plain"></pre><pre id="secure"></pre><pre id="parts"></pre>
<iframe src="${frame}"></iframe><img src="/held.svg">
<script>
const inner = new Promise((resolve) => {
  addEventListener("message", ({ data }) => resolve(data));
});
const image = document.getElementById("image");
(async () => {
  note("plain", await exchanges());
  note("secure", await inner);
  await image.decode();
  const { width } = getComputedStyle(document.getElementById("styled"));
  note("parts", width + " " + image.naturalWidth);
})().catch((error) => note("parts", error)).finally(() => fetch("/done"));
</script>
`;
}

function innerPage(): string {
  return `<!doctype html>
<script src="/script.js"></script>
<script>
exchanges().catch(String).then((said) => parent.postMessage(said, "*"));
</script>
`;
}

/** Runs in the browser. */
const SCRIPT = `
const sent = "a".repeat(300000);

async function exchanges() {
  const got = await (await fetch("/stream/1000000")).arrayBuffer();
  const posted = await fetch("/digest", { method: "POST", body: sent });
  const answer = await posted.text();
  return await sha256(got) + " " + answer + " echo:" +
    await sha256(new TextEncoder().encode(await echo(sent)));
}

function echo(text) {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/echo");
  return new Promise((resolve, reject) => {
    socket.onopen = () => socket.send(text);
    socket.onerror = () => reject(new Error("the WebSocket failed"));
    socket.onmessage = ({ data }) => {
      socket.close();
      resolve(data);
    };
  });
}

async function sha256(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function note(id, text) {
  document.getElementById(id).textContent = text;
}
`;
