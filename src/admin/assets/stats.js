/**
 * Keeps the statistics page up to date while somebody looks at it, and lets its reader choose
 * what it shows. What stands in the page is made by the proxy, escaped.
 */

import { Charts } from "./charts.js";
import { morphChildren } from "./morph.js";

/** After how long a connection that was lost is tried again, in ms. */
const RETRY_MS = 3_000;
/** After how long a refused stream is asked for again, in s, where the proxy names no time. */
const REFUSED_SECONDS = 30;
/** How long nothing is typed before what was typed is asked for, in ms. */
const TYPING_MS = 250;

const charts = new Charts(document.querySelector(".charts"));
const state = document.getElementById("live-state");
const filter = document.getElementById("recent-filter");
const pause = document.getElementById("pause");

/** @type {EventSource | undefined} */
let source;
let isPaused = false;
/** Whether something was chosen that is not shown yet: who has paused the page wants that look. */
let isOwed = false;
/** What the recent exchanges that are shown were narrowed down by. */
let shownFilter = filterOf(new URLSearchParams(location.search));
let retry = 0;
let typing = 0;

function connect() {
  if (source !== undefined || document.hidden || isResting()) return;
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
    isOwed = false;
    if (!isPaused) return;
    disconnect();
    say("Paused", "paused");
  };
  source.onerror = () => {
    const isRefused = source?.readyState === EventSource.CLOSED;
    disconnect();
    if (isRefused) void tellWhy();
    else reconnect();
  };
}

function reconnect() {
  say("Reconnecting …", "lost");
  connectIn(RETRY_MS);
}

/** With what the page has by then, which the browser by itself would not say. */
function connectIn(ms) {
  clearTimeout(retry);
  retry = setTimeout(connect, ms);
}

/** Whether nothing is to be asked for: the page is paused, and shows what was chosen. */
function isResting() {
  return isPaused && !isOwed;
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

/** Browsers hide what was answered in place of a stream, and when to come again. */
async function tellWhy() {
  const abort = new AbortController();
  const answer = await fetch(`/proxy-stats/stream?${chosen()}`, abort)
    .catch(() => undefined);
  const isRefused = answer !== undefined && !answer.ok;
  const { error } = isRefused ? await answer.json().catch(() => ({})) : {};
  abort.abort();
  // Its reader may have chosen something else, or paused the page.
  if (source !== undefined || isResting()) return;
  if (!isRefused) return reconnect();
  say(`Not live: ${error?.reason ?? `it answers ${answer.status}`}`, "lost");
  const seconds = Number(answer.headers.get("Retry-After")) || REFUSED_SECONDS;
  connectIn(seconds * 1000);
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
  isOwed = true;
  connect();
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
    isOwed = false;
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
