/**
 * What stands in place of the statistics and logs where `--statistics off` leaves them out:
 * every address of theirs says so, to readers and to programs.
 */

import { type Context, Hono } from "hono";
import type { AdminEnv } from "./admin_guard.ts";
import { banner } from "./banner.ts";
import { firstStart } from "./first_start.ts";
import { html, htmlText } from "./html.ts";
import { layout, type Shell } from "./layout.ts";
import { ownAddress } from "./own_address.ts";
import { wantsHtml } from "./stats_routes.ts";

/** Why there is nothing to show. */
export const STATISTICS_OFF =
  "statistics are off (--statistics off): nothing is counted, and no records of exchanges are kept; the access log, where there is one, has a line for every one";

const PATHS = [
  "/proxy-stats",
  "/proxy-stats.json",
  "/proxy-stats/series.json",
  "/proxy-stats/stream",
  "/metrics",
  "/why/:id",
] as const;

/** The routes, to be mounted at `/`: a welcome at `/`, 404 for the rest. */
export function statsOffRoutes(shell: Shell, address: string): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.get("/", async (context) => {
    const body = firstStart(
      shell.version,
      ownAddress(context, address),
    );
    return context.html(
      await htmlText(layout(shell, { title: "Welcome", body })),
    );
  });
  for (const path of PATHS) {
    app.get(path, (context) => statisticsOff(context, shell));
  }
  return app;
}

async function statisticsOff(
  context: Context,
  shell: Shell,
): Promise<Response> {
  if (!wantsHtml(context)) {
    return context.json(
      { error: { status: 404, reason: STATISTICS_OFF } },
      404,
    );
  }
  const body = banner({
    tone: "warn",
    what: "Statistics are off: this proxy was started with --statistics off.",
    details: html`
      <p>Nothing is counted, and no records of exchanges are kept. The access log, where there is one, has a line for every exchange. Start the proxy without the option to have them.</p>
      <p>What can run full, and all options, are under <a href="/admin/settings">settings</a>.</p>
    `,
  });
  return context.html(
    await htmlText(
      layout(shell, { title: "Statistics", section: "/proxy-stats", body }),
    ),
    404,
  );
}
