/** The settings in force as the admin pages show them: in words, with what is secret masked. */

import type { SettingView } from "../admin/settings_page.ts";
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
      value: masked(texts[name]),
      default: defaultWords(option),
      source: sources[name] ?? "default",
      wants: kind.wants,
      environment: environmentName(option),
      description,
      why,
    };
  });
}

function defaultWords(option: Option): string | null {
  if (option.defaultText !== undefined) return option.defaultText;
  return typeof option.default === "string" ? option.default : null;
}

/** Whatever stands before an `@` may be a password, with any characters in it. */
function masked(text: string | undefined): string | null {
  return text === undefined ? null : hideCredentials(text);
}
