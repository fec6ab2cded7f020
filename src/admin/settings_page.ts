/**
 * `/admin/settings`: every option with the value in force and where it came from, and what
 * can run full. Nothing is changed here: options belong to whoever starts the proxy.
 */

import { badge } from "./badge.ts";
import { type Capacity, capacityTable } from "./capacity.ts";
import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { type Row, table } from "./table.ts";

/** The page's path. */
export const SETTINGS_PATH = "/admin/settings";

/** What an option is set to: as an operator would write it where JSON has no type for it. */
export type SettingValue = boolean | number | string | readonly string[] | null;

/** One option, as it is in force. */
export interface SettingView {
  /** The flag without its dashes. */
  readonly name: string;
  readonly group: string;
  /** Secrets are masked; null for none. */
  readonly value: SettingValue;
  /** In words where it depends on something; null for none. */
  readonly default: SettingValue;
  readonly source: "flag" | "environment" | "file" | "default";
  /** What it takes, units included. */
  readonly wants: string;
  readonly environment: string;
  readonly description: string;
  /** Why one would change it; "" where nothing is said. */
  readonly why: string;
}

/** What is shown. */
export interface SettingsView {
  readonly address: string;
  readonly settings: readonly SettingView[];
  readonly capacity: readonly Capacity[];
}

/** The page. */
export function settingsPage(view: SettingsView): PageOptions {
  const groups = Map.groupBy(view.settings, ({ group }) => group);
  return {
    title: "Settings and limits",
    section: SETTINGS_PATH,
    body: html`
      <p class="lead">Listening on <code>${view.address}</code></p>
      <section
        aria-labelledby="limits"><h2 id="limits">What can run full</h2>${capacityTable(
          view.capacity,
        )}</section>
      ${view.settings.length === 0
        ? emptyState("The settings are not known.")
        : [...groups].map(([group, settings]) => groupSection(group, settings))}
      <p
        class="note">A flag wins over the environment, that over the file of <code>--config</code>, that over the default. They are read at the start.</p>
    `,
  };
}

function groupSection(group: string, settings: readonly SettingView[]): Html {
  const id = `group-${group.toLowerCase()}`;
  return html`
    <section
      aria-labelledby="${id}"><h2 id="${id}">${group}</h2>${table({
        caption: `Settings: ${group}`,
        name: "settings",
        columns: [
          { title: "Option" },
          { title: "Value" },
          { title: "From" },
          { title: "Default", label: "default" },
          { title: "What it does", kind: "wide" },
        ],
        rows: settings.map(settingRow),
      })}</section>
  `;
}

function settingRow(setting: SettingView): Row {
  const { name, value, source, description, why, wants, environment } = setting;
  return {
    key: name,
    cells: [
      html`<code>--${name}</code> <code class="note">${environment}</code>`,
      valueText(value),
      source === "default" ? "" : badge(source, "fetched"),
      valueText(setting.default),
      html`${
        sentence(
          description,
        )
      } <span class="note">${why} Takes ${wants}.</span>`,
    ],
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function valueText(value: SettingValue): Html {
  const text = typeof value === "boolean"
    ? value ? "on" : "off"
    : typeof value === "object"
    ? value?.join(", ") ?? ""
    : String(value);
  return text === ""
    ? html`<span class="note">none</span>`
    : html`<code>${strangeText(text, 500)}</code>`;
}
