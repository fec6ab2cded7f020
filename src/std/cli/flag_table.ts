/**
 * What a program declares of its flags: their kinds and their other names.
 * Reads no arguments.
 */

/** The declarations of `parseArgs`, as it gets them. */
export interface FlagDeclarations {
  readonly alias?: Readonly<Record<string, unknown>> | undefined;
  readonly boolean?: boolean | string | readonly string[] | undefined;
  readonly string?: string | readonly string[] | undefined;
  readonly collect?: string | readonly string[] | undefined;
  readonly negatable?: string | readonly string[] | undefined;
}

/** The declared flags. A kind that a name has, its aliases have as well. */
export class FlagTable {
  /** Names that take no value. */
  readonly booleans: ReadonlySet<string>;
  /** Names whose values stay text. */
  readonly strings: ReadonlySet<string>;
  /** Whether every flag with two hyphens and no `=` is boolean. */
  readonly areAllBoolean: boolean;
  readonly #aliases: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #collected: ReadonlySet<string>;
  readonly #negatable: ReadonlySet<string>;

  /** @throws {TypeError} If an alias is undefined. */
  constructor(declared: FlagDeclarations) {
    this.#aliases = aliasMap(declared.alias ?? {});
    this.areAllBoolean = declared.boolean === true;
    this.booleans = this.#withAliases(declared.boolean);
    this.strings = this.#withAliases(declared.string);
    this.#collected = this.#withAliases(declared.collect);
    this.#negatable = this.#withAliases(declared.negatable);
  }

  /** Gives the other names of a flag. */
  aliasesOf(name: string): Iterable<string> {
    return this.#aliases.get(name) ?? [];
  }

  /** Says whether all of a flag's values are kept, in a list. */
  isCollected(name: string): boolean {
    return this.#collected.has(name);
  }

  /** Says whether `--no-name` sets the flag to false. */
  isNegatable(name: string): boolean {
    return this.#negatable.has(name);
  }

  /** Says whether a flag is boolean, by its own or by another name. */
  isBoolean(name: string): boolean {
    return this.booleans.has(name) ||
      Iterator.from(this.aliasesOf(name)).some((alias) =>
        this.booleans.has(alias)
      );
  }

  /**
   * Says whether a flag is declared: as a boolean, a string or an alias. To
   * collect or to negate a flag does not declare it.
   *
   * @param argument The argument that the flag is in.
   */
  isDeclared(name: string, argument: string): boolean {
    return this.booleans.has(name) || this.strings.has(name) ||
      this.#aliases.has(name) ||
      (this.areAllBoolean && /^--[^=]+$/.test(argument));
  }

  #withAliases(
    names: boolean | string | readonly string[] | undefined,
  ): Set<string> {
    return new Set(
      namesIn(names).flatMap((name) => [name, ...this.aliasesOf(name)]),
    );
  }
}

function namesIn(
  names: boolean | string | readonly string[] | undefined,
): string[] {
  if (names === undefined || typeof names === "boolean") return [];
  return [names].flat().filter((name) => name !== "");
}

/** Each name leads to all the others of its flag. */
function aliasMap(
  alias: Readonly<Record<string, unknown>>,
): Map<string, Set<string>> {
  const map = new Map<string, Set<string>>();
  for (const [name, value] of Object.entries(alias)) {
    if (value === undefined) throw new TypeError("Alias value must be defined");
    const names = [name, ...[value].flat().map(String)];
    for (const one of names) {
      map.set(one, new Set(names.filter((other) => other !== one)));
    }
  }
  return map;
}
