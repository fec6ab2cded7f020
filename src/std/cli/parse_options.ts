/**
 * The types of parseArgs: what it may be told of the flags, and what it gives
 * for that. Names with dots are typed by no key of their own but by the index,
 * as `unknown`; apart from that the types are those of the published package.
 */

type BooleanNames = boolean | string | undefined;
type Names = string | undefined;
type Defaults = Record<string, unknown> | undefined;
type AliasNames = Partial<Record<string, string | readonly string[]>>;
type Aliases = AliasNames | undefined;

/** What {@linkcode parseArgs} may be told of the flags. */
export interface ParseOptions<
  TBooleans extends BooleanNames = BooleanNames,
  TStrings extends Names = Names,
  TCollectable extends Names = Names,
  TNegatable extends Names = Names,
  TDefault extends Defaults = Defaults,
  TAliases extends Aliases = Aliases,
  TDoubleDash extends boolean | undefined = boolean | undefined,
> {
  /**
   * Whether what comes after the first `--` is at `--` in the result rather
   * than at `_`. Default: false. It is never parsed.
   */
  "--"?: TDoubleDash;
  /** Other names of flags, by name. Default: none. */
  alias?: TAliases;
  /**
   * Flags that take no value, false where absent; `true` makes all flags with
   * two hyphens and no `=` boolean. Default: none.
   */
  boolean?: TBooleans | ReadonlyArray<Extract<TBooleans, string>>;
  /** Values of flags that are absent, by name. Default: none. */
  default?: TDefault;
  /** Whether parsing ends at the first argument that is no flag or value. */
  stopEarly?: boolean;
  /** Flags whose values stay text, even where they look like numbers. */
  string?: TStrings | ReadonlyArray<Extract<TStrings, string>>;
  /**
   * Flags that may come several times, with all values in a list. Only those
   * that are boolean or string as well are an empty list where absent.
   */
  collect?: TCollectable | ReadonlyArray<Extract<TCollectable, string>>;
  /** Flags that `--no-name` sets to false. Default: none. */
  negatable?: TNegatable | ReadonlyArray<Extract<TNegatable, string>>;
  /**
   * Is asked about each flag that is no boolean, string or alias, and about
   * each argument that is no flag; what it answers `false` to is left out.
   */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} gives. */
export type Args<
  // The values of undeclared flags are used as the type that they turn out to
  // be, which `unknown` would not let them.
  // deno-lint-ignore no-explicit-any
  TArgs extends Record<string, unknown> = Record<string, any>,
  TDoubleDash extends boolean | undefined = undefined,
> = Flat<
  & TArgs
  & {
    /** The arguments that are no flags. */
    _: Array<string | number>;
  }
  & AfterDoubleDash<TDoubleDash>
>;

type AfterDoubleDash<TDoubleDash extends boolean | undefined> = boolean extends
  TDoubleDash ? { "--"?: string[] }
  : TDoubleDash extends true ? { "--": string[] }
  : unknown;

/** Makes one type of an intersection. */
type Flat<T> = { [Key in keyof T]: T[Key] };

/** The values by name; without any declared kind, whatever was found. */
export type Values<
  TBooleans extends BooleanNames,
  TStrings extends Names,
  TCollectable extends Names,
  TNegatable extends Names,
  TDefault extends Defaults,
  TAliases extends Aliases,
> = [TBooleans | TStrings | TCollectable] extends [false | undefined]
  // As in Args.
  // deno-lint-ignore no-explicit-any
  ? Record<string, any>
  :
    & Record<string, unknown>
    & WithAliases<
      WithDefaults<
        Declared<Named<TBooleans>, Named<TStrings>, TCollectable, TNegatable>,
        TDefault
      >,
      TAliases
    >;

/** Single names that the caller wrote out, without dots. */
type Named<T> = T extends string
  ? string extends T ? never : T extends `${string}.${string}` ? never : T
  : never;

type Declared<
  TBooleans extends string,
  TStrings extends string,
  TCollectable extends Names,
  TNegatable extends Names,
> =
  & {
    [Name in Exclude<TStrings, TCollectable>]?:
      | string
      | Negated<Name, TNegatable>;
  }
  & {
    [Name in Extract<TStrings, TCollectable>]:
      | string[]
      | Negated<Name, TNegatable>;
  }
  & { [Name in Exclude<TBooleans, TCollectable>]: boolean }
  & { [Name in Extract<TBooleans, TCollectable>]: boolean[] }
  & {
    [Name in Exclude<Named<TCollectable>, TBooleans | TStrings>]:
      | unknown[]
      | Negated<Name, TNegatable>;
  };

type Negated<TName, TNegatable> = TName extends TNegatable ? false : never;

/** A flag with a default is never absent. */
type WithDefaults<TArgs, TDefault> = TDefault extends Record<string, unknown> ?
    & Omit<TArgs, keyof TDefault>
    & {
      [Name in keyof TDefault]: Name extends keyof TArgs
        ? TDefault[Name] | NonNullable<TArgs[Name]>
        : unknown;
    }
  : TArgs;

type WithAliases<TArgs, TAliases> = {
  [Name in keyof TArgs as Name | AliasesOf<Name, TAliases>]: TArgs[Name];
};

type AliasesOf<TName, TAliases> = TName extends keyof TAliases
  ? TAliases[TName] extends infer TAlias
    ? Named<TAlias extends (infer TOne)[] ? TOne : TAlias>
  : never
  : never;
