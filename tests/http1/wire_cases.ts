/**
 * Wire cases as data: reads the Markdown files of tests/testdata/http1, whose form
 * their README fixes. Each case is a heading, the rule that it shows, a block of
 * bytes and a block of what must come of them. A page of another form is an error.
 */

import { notationBytes, readNotation } from "./wire_notation.ts";

/** What the bytes of a case are. */
export type WireKind =
  | { readonly is: "request" }
  | { readonly is: "response"; readonly requestMethod: string }
  | { readonly is: "chunked" }
  | { readonly is: "target"; readonly method: string };

/** One case. */
export interface WireCase {
  readonly title: string;
  /** The sentence that says which rule it shows. */
  readonly rule: string;
  readonly kind: WireKind;
  readonly input: Uint8Array<ArrayBuffer>;
  /** One line an event, as a WirePlayer tells them. */
  readonly expected: readonly string[];
}

const FOLDER = new URL("../testdata/http1/", import.meta.url);

/** The cases of a file in tests/testdata/http1. */
export function readWireCases(file: string): WireCase[] {
  return parseWireCases(Deno.readTextFileSync(new URL(file, FOLDER)), file);
}

/** The names of the files that hold cases. */
export function wireCaseFiles(): string[] {
  return [...Deno.readDirSync(FOLDER)].map((entry) => entry.name)
    .filter((name) => name.endsWith(".md") && name !== "README.md").sort();
}

/**
 * The cases of a page; `file` names it in errors.
 *
 * @throws {SyntaxError} for a part that is no case and for a title that stands twice.
 */
export function parseWireCases(page: string, file: string): WireCase[] {
  const sections = page.split(/^## /m).slice(1);
  const cases = sections.map((section) => parseCase(section, file));
  const titles = cases.map((wireCase) => wireCase.title);
  const twice = titles.find((title, at) => titles.indexOf(title) !== at);
  if (twice !== undefined) throw pageError(file, twice, "its title is taken");
  return cases;
}

// Title, rule, block of bytes with its kind, block of events.
const CASE =
  /^(.+)\n\n([^`]+?)\n\n```(.+)\n([\s\S]*?)\n?```\n\n```expect\n([\s\S]+?)\n```\n*$/;

function parseCase(section: string, file: string): WireCase {
  const match = CASE.exec(section);
  if (match === null) {
    throw pageError(
      file,
      section.slice(0, section.indexOf("\n")),
      "a case is a heading, a rule, a block of bytes and an `expect` block",
    );
  }
  const [, title = "", rule = "", kind = "", input = "", expected = ""] = match;
  if (!/\bRFC \d{4} §|\bSluice\b/.test(rule)) {
    throw pageError(file, title, "its rule names no RFC section");
  }
  return {
    title,
    rule: rule.replaceAll("\n", " "),
    kind: parseKind(kind, file, title),
    input: notationBytes(input),
    expected: expected.split("\n").map(readNotation),
  };
}

function parseKind(text: string, file: string, title: string): WireKind {
  const [is, method] = text.split(" ");
  if (is === "request" || is === "chunked") return { is };
  if (is === "response") return { is, requestMethod: method ?? "GET" };
  if (is === "target") return { is, method: method ?? "GET" };
  throw pageError(file, title, `${JSON.stringify(text)} is no kind of bytes`);
}

function pageError(file: string, title: string, state: string): SyntaxError {
  return new SyntaxError(`Cannot read "${title}" in ${file}: ${state}`);
}
