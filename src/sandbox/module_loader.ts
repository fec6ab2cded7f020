/**
 * Loads rule files in a host: each module from where the guard lets it come from, its
 * source kept so that the same set can be loaded once more when the files have changed.
 */

import { type LoadFnOutput, registerHooks } from "node:module";
import { isRuleFile } from "../policy/rule_file.ts";
import { authorPlace, messageOf, stackOf } from "./author_trace.ts";
import type { Hook, Hooks } from "./evaluator.ts";
import { ImportError, ImportGuard } from "./import_guard.ts";
import { isRecord } from "./json_shape.ts";
import type { MarkWriter } from "./mark.ts";
import type {
  LoadedMessage,
  ModuleSource,
  RuleProblem,
  StartMessage,
} from "./protocol.ts";
import { imageOf } from "./rule_image.ts";

/** What loading came to. */
export interface LoadedRules {
  readonly message: LoadedMessage;
  /** By the file's place in the start message; `{}` for one with a problem. */
  readonly hooks: readonly Hooks[];
}

/** Loads the modules of one set. */
export class ModuleLoader {
  readonly #folderUrl: string;
  readonly #guard: ImportGuard;
  readonly #given: ReadonlyMap<string, ModuleSource>;
  readonly #loaded = new Map<string, ModuleSource>();
  readonly #readText = Deno.readTextFileSync;
  #denied: ImportError | undefined;

  /**
   * @param folderUrl The rules folder as a `file:` URL with a slash at its end.
   * @param readableUrls What else may be imported from, as the guard takes it.
   */
  constructor(
    folderUrl: string,
    readableUrls: readonly string[],
    modules: readonly ModuleSource[],
  ) {
    this.#folderUrl = folderUrl;
    this.#guard = new ImportGuard([folderUrl, ...readableUrls]);
    this.#given = new Map(modules.map((module) => [module.url, module]));
  }

  /** Takes over how modules are found, for all that is imported from now on. */
  install(): void {
    registerHooks({
      resolve: (specifier, { parentURL }, next) => {
        if (parentURL === import.meta.url) return next(specifier);
        const url = this.#resolve(specifier, parentURL ?? this.#folderUrl);
        return { url, shortCircuit: true };
      },
      load: (url, context, next) =>
        url.startsWith("file:")
          ? this.#load(url, () => next(url, context))
          : next(url, context),
    });
  }

  /** Imports the files one by one. What they throw becomes their problem. */
  async load(
    { files }: StartMessage,
    mark: MarkWriter,
  ): Promise<LoadedRules> {
    const rules: unknown[] = [];
    const hooks: Hooks[] = [];
    const problems: RuleProblem[] = [];
    for (const [index, file] of files.entries()) {
      mark.begin(index + 1, index);
      try {
        const rule = await this.#importRule(file);
        rules.push(imageOf(rule));
        hooks.push(hooksOf(rule));
      } catch (error) {
        problems.push(this.#problemOf(error, file));
        rules.push(null);
        hooks.push({});
      }
    }
    mark.reset();
    const modules = [...this.#loaded.values()];
    return { message: { rules, problems, modules }, hooks };
  }

  async #importRule(file: string): Promise<unknown> {
    if (!isRuleFile(file)) throw new Error("Cannot load it: no rule file");
    this.#denied = undefined;
    const module: unknown = await import(
      this.#folderUrl + encodeURIComponent(file)
    );
    if (typeof module === "object" && module !== null && "default" in module) {
      return module.default;
    }
    throw new Error(
      "Cannot take it as a rule: it has no default export. `export default { … } satisfies Rule` is wanted",
    );
  }

  #resolve(specifier: string, importer: string): string {
    try {
      return this.#guard.resolve(specifier, importer);
    } catch (error) {
      if (error instanceof ImportError) this.#denied ??= error;
      throw error;
    }
  }

  #load(url: string, next: () => LoadFnOutput): LoadFnOutput {
    const given = this.#given.get(url);
    if (given !== undefined) {
      this.#loaded.set(url, given);
      const source = given.code ?? given.text;
      return { source, format: undefined, shortCircuit: true };
    }
    // Read before the runtime reads it: a change between the two shows as a change.
    const text = this.#readText(new URL(url));
    const loaded = next();
    const isCode = typeof loaded.source === "string";
    this.#loaded.set(
      url,
      isCode ? { url, text, code: String(loaded.source) } : { url, text },
    );
    return loaded;
  }

  #problemOf(error: unknown, file: string): RuleProblem {
    const denied = this.#denied;
    if (denied !== undefined) return this.#importProblem(denied);
    const message = firstLine(messageOf(error));
    const place = authorPlace(
      `${messageOf(error)}\n${stackOf(error)}`,
      this.#folderUrl,
    );
    return place === undefined ? { file, message } : { ...place, message };
  }

  #importProblem({ importer, specifier, message }: ImportError): RuleProblem {
    const text = this.#loaded.get(importer)?.text ?? "";
    const before = text.slice(0, Math.max(0, text.indexOf(specifier)));
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n") - 1;
    const file = decodeURI(importer.replace(this.#folderUrl, ""));
    return { file, line, column: Math.max(1, column), message };
  }
}

/** The hooks, bound to their rule as methods are. */
function hooksOf(rule: unknown): Hooks {
  if (!isRecord(rule)) return {};
  const bound = (name: string): Hook | undefined => {
    const hook = rule[name];
    return typeof hook === "function" ? hook.bind(rule) : undefined;
  };
  const hooks: { connect?: Hook; request?: Hook; response?: Hook } = {};
  const [connect, request, response] = [
    bound("connect"),
    bound("request"),
    bound("response"),
  ];
  if (connect !== undefined) hooks.connect = connect;
  if (request !== undefined) hooks.request = request;
  if (response !== undefined) hooks.response = response;
  return Object.freeze(hooks);
}

/** What the runtime says of a module that it can't parse comes with a picture of the place. */
function firstLine(message: string): string {
  const [line = ""] = message.replace(/^TypeError: (?=\w*Error: )/, "").split(
    "\n",
  );
  return line;
}
