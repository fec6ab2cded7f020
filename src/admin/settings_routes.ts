/** The routes of the settings and limits. They change nothing. */

import { Hono } from "hono";
import type { AdminAnswers } from "./admin_answers.ts";
import type { AdminEnv } from "./admin_guard.ts";
import type { Capacity } from "./capacity.ts";
import {
  SETTINGS_PATH,
  settingsPage,
  type SettingView,
} from "./settings_page.ts";

/** What the routes show. */
export interface SettingsRoutesOptions {
  readonly address: string;
  readonly settings: readonly SettingView[];
  readonly capacity: () => readonly Capacity[];
}

/** The routes: `GET /admin/settings`, and `GET /admin/limits` for what can run full alone. */
export function settingsRoutes(
  answers: AdminAnswers,
  { address, settings, capacity }: SettingsRoutesOptions,
): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.get(SETTINGS_PATH, (context) => {
    const view = { address, settings, capacity: capacity() };
    return answers.show(context, {
      json: view,
      page: () => settingsPage(view),
    });
  });
  app.get("/admin/limits", (context) =>
    answers.show(context, {
      json: { capacity: capacity() },
      page: () => settingsPage({ address, settings, capacity: capacity() }),
    }));
  return app;
}
