/**
 * The files that pages load, from memory: under a path that changes with what they say, so
 * that a browser keeps them for good. `deno compile` embeds what is imported.
 */

import { createHash } from "node:crypto";
import { Hono } from "hono";
import uplotScript from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import uplotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import chartsStyle from "./assets/charts.css" with { type: "text" };
import chartsScript from "./assets/charts.js" with { type: "text" };
import formsStyle from "./assets/forms.css" with { type: "text" };
import icon from "./assets/icon.svg" with { type: "text" };
import morphScript from "./assets/morph.js" with { type: "text" };
import statsScript from "./assets/stats.js" with { type: "text" };
import style from "./assets/style.css" with { type: "text" };
import tablesStyle from "./assets/tables.css" with { type: "text" };

const JAVASCRIPT = "text/javascript; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const YEAR_SECONDS = 31_536_000;

interface Asset {
  readonly type: string;
  readonly text: string;
}

const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ["style.css", {
    type: CSS,
    text: uplotStyle + style + formsStyle + tablesStyle + chartsStyle,
  }],
  ["icon.svg", { type: "image/svg+xml", text: icon }],
  // The package's build for pages has one global; a module hands on what is exported.
  ["uplot.js", {
    type: JAVASCRIPT,
    text: `${uplotScript}\nexport default uPlot;\n`,
  }],
  ["charts.js", { type: JAVASCRIPT, text: chartsScript }],
  ["morph.js", { type: JAVASCRIPT, text: morphScript }],
  ["stats.js", { type: JAVASCRIPT, text: statsScript }],
]);

/** Of all assets together: a script names another without knowing where they are. */
const VERSION = digest([...ASSETS.values()].map(({ text }) => text).join("\0"));

/** The path of an asset. @throws {Error} For a name that there is not. */
export function assetUrl(name: string): string {
  if (!ASSETS.has(name)) {
    throw new Error(`Cannot name the asset "${name}": there is none`);
  }
  return `/assets/${VERSION}/${name}`;
}

/** The names of all assets. */
export function assetNames(): string[] {
  return [...ASSETS.keys()];
}

/** The routes, to be mounted at `/assets`. */
export function assets(): Hono {
  const app = new Hono();
  app.get("/:version/:name", (context) => {
    const asset = ASSETS.get(context.req.param("name"));
    if (asset === undefined) return context.notFound();
    const etag = `"${VERSION}"`;
    const isCurrent = context.req.param("version") === VERSION;
    context.header("ETag", etag);
    // What compresses says so only where there is a body (RFC 9110 §9.3.2, §15.4.5).
    context.header("Vary", "Accept-Encoding");
    // RFC 8246: what is under this path never changes. An older path has what is there now.
    context.header(
      "Cache-Control",
      isCurrent ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
    );
    if (hasTag(context.req.header("if-none-match"), etag)) {
      return context.body(null, 304);
    }
    context.header("Content-Type", asset.type);
    return context.body(asset.text);
  });
  return app;
}

/** RFC 9110 §13.1.2, by weak comparison. */
function hasTag(field: string | undefined, etag: string): boolean {
  return field?.split(",").some((tag) =>
    tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*"
  ) ?? false;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 12);
}
