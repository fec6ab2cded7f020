/**
 * Keeps the statistics page up to date while somebody looks at it, and narrows down its
 * recent exchanges. What stands in the page is made by the proxy, escaped.
 */

import { Charts } from "./charts.js";
import { morphChildren } from "./morph.js";

const charts = new Charts(document.querySelector(".charts"));
const state = document.getElementById("live-state");
const filter = document.getElementById("recent-filter");
const count = document.getElementById("recent-count");
const pause = document.getElementById("pause");
const recent = document.getElementById("live-recent");

/** @type {EventSource | undefined} */
let source;
let isPaused = false;

function connect() {
  if (source !== undefined || isPaused || document.hidden) return;
  source = new EventSource("/proxy-stats/stream");
  source.onopen = () => {
    say("Live", "live");
    // What was missed meanwhile is more than the last points.
    charts.load();
  };
  source.onmessage = ({ data }) => show(JSON.parse(data));
  source.onerror = () => {
    say("Reconnecting …", "lost");
    // The browser gives up when it gets an answer that is no stream: when all places are taken.
    if (source?.readyState !== EventSource.CLOSED) return;
    disconnect();
    setTimeout(connect, 5_000);
  };
}

function disconnect() {
  source?.close();
  source = undefined;
}

/** Said to screen readers too, so only when it changes. */
function say(text, kind) {
  if (state.textContent === text) return;
  state.textContent = text;
  state.dataset.kind = kind;
}

function show({ html, points }) {
  for (const [name, text] of Object.entries(html)) {
    const element = document.getElementById(`live-${name}`);
    if (element === null) continue;
    const template = document.createElement("template");
    template.innerHTML = text;
    morphChildren(element, template.content);
  }
  charts.update(points);
  if ("recent" in html) narrow();
}

/** Shows the rows that fit the filter. */
function narrow() {
  const rows = [...recent.querySelectorAll("tbody tr")];
  const words = filter.elements.text.value.toLowerCase().split(/\s+/);
  const outcome = filter.elements.outcome.value;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !(outcome === "" || row.dataset.group === outcome) ||
      !words.every((word) => text.includes(word));
  }
  const shown = rows.filter((row) => !row.hidden).length;
  const isNarrow = outcome !== "" || words.join("") !== "";
  const said = isNarrow ? `${shown} of ${rows.length} shown` : "";
  if (count.textContent !== said) count.textContent = said;
  const first = document.getElementById("first-start");
  if (first !== null) first.hidden = rows.length > 0;
}

filter.hidden = false;
filter.addEventListener("input", narrow);
filter.addEventListener("submit", (event) => event.preventDefault());

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
  const isTyping = event.target instanceof Element &&
    event.target.matches("input, select, textarea");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    filter.elements.text.focus();
  }
  if (event.key === "Escape" && event.target === filter.elements.text) {
    filter.elements.text.value = "";
    narrow();
  }
});

/** A page that nobody sees asks for nothing. */
document.addEventListener("visibilitychange", () => {
  if (document.hidden) disconnect();
  else connect();
});
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);

for (const link of document.querySelectorAll("[data-range]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of document.querySelectorAll("[data-range]")) {
      other.removeAttribute("aria-current");
    }
    link.setAttribute("aria-current", "true");
    history.replaceState(null, "", `?range=${link.dataset.range}`);
    charts.load(link.dataset.range);
  });
}

narrow();
connect();
