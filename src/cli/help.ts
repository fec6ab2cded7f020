/**
 * The text of `--help`, made from the option table so that it cannot differ
 * from what is taken. It lays text out and prints nothing.
 */

import { ALL_OPTIONS } from "../config/options.ts";
import { GROUPS, type Option } from "../config/option.ts";
import { wrapped } from "./wrapped.ts";

const INDENT = 2;
const COLUMN = 28;
const NARROWEST = 50;
const WIDEST = 100;

const OPENING = "Sluice is a forward HTTP proxy that people script in " +
  "TypeScript.";

const USAGE = `Usage: sluice [run] [OPTIONS]
       sluice init [FOLDER]
       sluice check [OPTIONS]
       sluice explain URL [OPTIONS]
       sluice ca export | show | rotate [OPTIONS]
       sluice cache list | show | purge [OPTIONS]
       sluice demo [--proxy URL] [--json]
       sluice help | version`;

const COMMANDS =
  "init writes a first rule and the types for an editor. check " +
  "loads the rules and names what is wrong with them. explain shows what " +
  "each rule makes of a request, which --method, --header, --client, --user, " +
  "--body, --time, --response-status, --response-header and --response-body " +
  "describe. ca is about the certificate authority that clients have to " +
  "trust before they can be intercepted: export writes its certificate (--out " +
  "FILE, --format pem or der), show describes it, rotate makes a new one (--yes: " +
  "without asking); --ca-cert and --ca-key name one of your own. " +
  "cache is about what is stored, in a proxy that runs on the folder of --data or, where " +
  "none does, in its store: list shows what a PATTERN, --host and --tag name, sorted by " +
  "--sort url, size or age, at most --limit of them (--json: a line of JSON each, all " +
  "without a limit); show URL says why what is stored would be used or not, by a request with " +
  "each --header; purge removes what one of --url, --prefix, --host, --tag and " +
  "--all names (--soft: it is validated before its next use; --yes: without asking). " +
  "demo sends a dozen requests through the proxy at --proxy (default " +
  "http://127.0.0.1:8080) to an origin of its own, and says what each shows " +
  "(--json: a line of JSON each).";

const ELSEWHERE = [
  "Every option except --help and --version can be set in the environment: " +
  "SLUICE_ and the option's name in capitals with _ for -, such as " +
  "SLUICE_HEAD_TIMEOUT=5s. Lists are separated by commas there; an empty " +
  "variable counts as unset.",
  "The file of --config holds one JSON object, comments allowed, whose keys " +
  'are the options\' names: { "port": 3128, "no-proxy": ["*.local"] }. ' +
  "A flag wins over the environment, which wins over the file.",
  "Times take a unit: 500ms, 10s, 5m, 1h, 2d. Sizes are bytes or take one: " +
  "512KiB, 8MB, 1GiB. A value that starts with - is written --NAME=VALUE.",
];

const EXAMPLES = `Examples:
  sluice --port 3128 --log-format json
  sluice --upstream socks5://127.0.0.1:1080 --no-proxy localhost,10.0.0.0/8`;

/**
 * Returns the help, without a newline at its end.
 *
 * @param width The columns to fill; 80 by default, kept within 50 to 100.
 */
export function helpText(width = 80): string {
  const columns = Math.min(Math.max(width, NARROWEST), WIDEST);
  const groups = GROUPS.map((group) => groupText(group, columns));
  const elsewhere = ELSEWHERE.map((text) => paragraph(text, columns));
  const opening = paragraph(OPENING, columns);
  const commands = paragraph(COMMANDS, columns);
  return [opening, USAGE, commands, ...groups, ...elsewhere, EXAMPLES]
    .join("\n\n");
}

function paragraph(text: string, columns: number): string {
  return wrapped(text.split(" "), columns).join("\n");
}

function groupText(group: Option["group"], columns: number): string {
  const options = ALL_OPTIONS.filter((option) => option.group === group);
  const entries = options.map((option) => optionText(option, columns));
  return [`${group}:`, ...entries].join("\n");
}

/** The flag, and beside it (below it, when it is long) what it does. */
function optionText(option: Option, columns: number): string {
  const flag = " ".repeat(INDENT) + flagText(option);
  const beside = columns - COLUMN;
  const lines = wrapped(descriptionWords(option, beside), beside);
  const margin = " ".repeat(COLUMN);
  const isShort = flag.length < COLUMN - 1;
  const first = isShort ? flag.padEnd(COLUMN) + (lines.shift() ?? "") : flag;
  return [first, ...lines.map((line) => margin + line)].join("\n");
}

function flagText({ name, short, isNegatable, placeholder }: Option): string {
  const long = isNegatable ? `--[no-]${name}` : `--${name}`;
  const flag = short === undefined ? long : `-${short}, ${long}`;
  return placeholder === undefined ? flag : `${flag} ${placeholder}`;
}

/** What it does, word by word; the note in brackets is one if it fits a line. */
function descriptionWords(option: Option, columns: number): string[] {
  const words = option.description.split(" ");
  const note = noteText(option);
  if (note === "") return words;
  return words.concat(note.length <= columns ? note : note.split(" "));
}

function noteText(option: Option): string {
  const notes = [];
  if (option.kind.form === "list") notes.push("repeatable");
  const initial = defaultText(option);
  if (initial !== undefined) notes.push(`default ${initial}`);
  return notes.length === 0 ? "" : `(${notes.join("; ")})`;
}

function defaultText(option: Option): string | undefined {
  if (option.defaultText !== undefined) return option.defaultText;
  if (typeof option.default === "string" && option.default !== "") {
    return option.default;
  }
  return option.sources === undefined ? "none" : undefined;
}
