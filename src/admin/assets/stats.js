/**
 * Keeps the statistics page up to date while somebody looks at it, and lets its reader choose
 * what it shows. What stands in the page is made by the proxy, escaped.
 */

import { Charts } from "./charts.js";
import { morphChildren } from "./morph.js";

/** After how long a connection that was lost is tried again, in ms. */
const RETRY_MS = 3_000;
/** How long nothing is typed before what was typed is asked for, in ms. */
const TYPING_MS = 250;

const charts = new Charts(document.querySelector(".charts"));
const state = document.getElementById("live-state");
const filter = document.getElementById("recent-filter");
const pause = document.getElementById("pause");

/** @type {EventSource | undefined} */
let source;
let isPaused = false;
/** What the recent exchanges that are shown were narrowed down by. */
let shownFilter = filterOf(new URLSearchParams(location.search));
let retry = 0;
let typing = 0;

/** @param {boolean} isOnce Whether who has paused the page wants one look all the same. */
function connect(isOnce = false) {
  if (source !== undefined || document.hidden) return;
  if (isPaused && !isOnce) return;
  clearTimeout(retry);
  const parameters = streamParameters();
  source = new EventSource(`/proxy-stats/stream?${parameters}`);
  source.onopen = () => {
    if (!isPaused) say("Live", "live");
    // What was missed meanwhile is more than the last points.
    charts.load(chosen().get("range"));
  };
  source.onmessage = ({ data }) => {
    show(JSON.parse(data));
    shownFilter = filterOf(parameters);
    if (isPaused) disconnect();
  };
  source.onerror = () => {
    const isRefused = source?.readyState === EventSource.CLOSED;
    disconnect();
    say("Reconnecting …", "lost");
    if (isRefused) tellWhy();
    // With what the page has by then, which the browser by itself would not say.
    retry = setTimeout(() => connect(), RETRY_MS);
  };
}

function disconnect() {
  source?.close();
  source = undefined;
}

/** What the reader has chosen, as the page's own address has it. */
function chosen() {
  return new URLSearchParams(
    [...new FormData(filter)].filter(([, value]) => value !== ""),
  );
}

/** What was chosen, and what the page has already. */
function streamParameters() {
  const parameters = chosen();
  const parts = [...document.querySelectorAll("[data-version]")];
  parameters.set("have", parts.map(({ dataset }) => dataset.version).join("."));
  const newest = document.querySelector("#live-recent [data-key]");
  // Of another filter the page has not what stands behind it.
  if (newest !== null && filterOf(parameters) === shownFilter) {
    parameters.set("newest", newest.dataset.key);
  }
  return parameters;
}

/** @param {URLSearchParams} parameters */
function filterOf(parameters) {
  return [parameters.get("text") ?? "", parameters.get("outcome") ?? ""]
    .join("\n");
}

/** Browsers hide what was answered in place of a stream. */
async function tellWhy() {
  const abort = new AbortController();
  const answer = await fetch(`/proxy-stats/stream?${chosen()}`, abort)
    .catch(() => undefined);
  if (answer !== undefined && !answer.ok) {
    const { error } = await answer.json().catch(() => ({}));
    if (error !== undefined) say(`Not live: ${error.reason}`, "lost");
  }
  abort.abort();
}

/** Said to screen readers too, so only when it changes. */
function say(text, kind) {
  if (state.textContent === text) return;
  state.textContent = text;
  state.dataset.kind = kind;
}

function show({ html, points }) {
  for (const [name, { version, text }] of Object.entries(html)) {
    const element = document.getElementById(`live-${name}`);
    if (element === null) continue;
    const template = document.createElement("template");
    template.innerHTML = text;
    morphChildren(element, template.content);
    element.dataset.version = version;
  }
  charts.update(points);
  if (document.querySelector("#live-recent [data-key]") === null) return;
  document.getElementById("first-start")?.remove();
}

/** Shows what is chosen now, under an address that shows the same again. */
function choose() {
  clearTimeout(typing);
  history.replaceState(null, "", `?${chosen()}`);
  disconnect();
  connect(true);
}

pause.hidden = false;
filter.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(choose, TYPING_MS);
});
filter.addEventListener("submit", (event) => {
  event.preventDefault();
  choose();
});

pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.setAttribute("aria-pressed", String(isPaused));
  pause.textContent = isPaused ? "Resume" : "Pause";
  if (isPaused) {
    disconnect();
    say("Paused", "paused");
  } else {
    connect();
  }
});

document.addEventListener("keydown", (event) => {
  const { text } = filter.elements;
  const isTyping = event.target instanceof Element &&
    event.target.matches("input, select, textarea");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    text.focus();
  }
  if (event.key === "Escape" && event.target === text && text.value !== "") {
    text.value = "";
    choose();
  }
});

/** A page that nobody sees asks for nothing. */
document.addEventListener("visibilitychange", () => {
  if (document.hidden) disconnect();
  else connect();
});
addEventListener("pagehide", disconnect);
addEventListener("pageshow", () => connect());

for (const link of document.querySelectorAll("[data-range]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of document.querySelectorAll("[data-range]")) {
      other.removeAttribute("aria-current");
    }
    link.setAttribute("aria-current", "true");
    filter.elements.range.value = link.dataset.range;
    choose();
    charts.load(link.dataset.range);
  });
}

connect();
