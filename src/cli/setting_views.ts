/** The settings in force as the admin pages show them, with what is secret masked. */

import type { SettingValue, SettingView } from "../admin/settings_page.ts";
import type { ResolvedSettings } from "../config.ts";
import { environmentName, type Option } from "../config/option.ts";
import { OPTIONS } from "../config/options.ts";
import { hideCredentials } from "../config/upstream_url.ts";

/** What is known of where settings came from. */
export type SettingTexts = Pick<ResolvedSettings, "sources" | "texts">;

/** Every setting, in the order of the help. */
export function settingViews({ sources, texts }: SettingTexts): SettingView[] {
  return Object.values<Option>(OPTIONS).map((option) => {
    const { name, group, kind, description, why = "" } = option;
    return {
      name,
      group,
      value: valueOf(option, texts[name]),
      default: defaultOf(option),
      source: sources[name] ?? "default",
      wants: kind.wants,
      environment: environmentName(option),
      description,
      why,
    };
  });
}

/** A default that depends on something is told in words. */
function defaultOf(option: Option): SettingValue {
  return typeof option.default === "string"
    ? valueOf(option, option.default)
    : option.defaultText ?? null;
}

/** A text as what it stands for; what JSON has no type for stays as an operator writes it. */
function valueOf(option: Option, text: string | undefined): SettingValue {
  if (text === undefined) return null;
  const { kind, name, defaultText } = option;
  if (kind.literal === "boolean") return kind.read(text, name) === true;
  // Whatever stands before an `@` may be a password, with any characters in it.
  const shown = hideCredentials(text);
  if (kind.form === "list") {
    return shown === "" ? [] : shown.split(",").map((part) => part.trim());
  }
  if (text === option.default && defaultText !== undefined) return defaultText;
  return kind.literal === "number" && /^\d+$/.test(text) ? Number(text) : shown;
}
