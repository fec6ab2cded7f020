/**
 * What a rule may import: files of the rules folder and of what was granted to it, and
 * the runtime's modules that only compute. The runtime's own checks leave out static
 * imports of files, and some of its modules reach the host's standard streams.
 */

/** `node:` modules without files, processes, sockets, threads or loaders. */
const PURE_MODULES: ReadonlySet<string> = new Set([
  "assert",
  "assert/strict",
  "async_hooks",
  "buffer",
  "crypto",
  "events",
  "path",
  "path/posix",
  "path/win32",
  "punycode",
  "querystring",
  "string_decoder",
  // Not "timers": it clears any timer by its number.
  "timers/promises",
  "url",
  "util",
  "util/types",
  "zlib",
]);

/** An import that is not let through. */
export class ImportError extends Error {
  override readonly name = "ImportError";

  constructor(
    /** The `file:` URL of the module that imports. */
    readonly importer: string,
    readonly specifier: string,
    why: string,
  ) {
    super(`Cannot import "${specifier}": ${why}`);
  }
}

/** Judges imports by their text alone. */
export class ImportGuard {
  readonly #roots: readonly string[];

  /** @param roots `file:` URLs of files, and of folders with a slash at the end. */
  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  /**
   * The URL that an import means.
   *
   * @throws {ImportError} when rules may not import it.
   */
  resolve(specifier: string, importer: string): string {
    const refuse = (why: string): never => {
      throw new ImportError(importer, specifier, why);
    };
    if (specifier.startsWith("node:")) {
      if (PURE_MODULES.has(specifier.slice(5))) return specifier;
      return refuse("rules may not use this module of the runtime");
    }
    const url = URL.parse(
      specifier,
      isRelative(specifier) ? importer : undefined,
    );
    if (url === null) {
      return refuse("./…, ../… or a module such as node:crypto is wanted");
    }
    if (url.protocol !== "file:") {
      return refuse(`rules import files, nothing by "${url.protocol}"`);
    }
    if (!this.#isWithin(url.href)) {
      return refuse("it is outside of the rules folder");
    }
    return url.href;
  }

  #isWithin(href: string): boolean {
    const [path = ""] = href.split(/[?#]/);
    if (/%2f|%5c/i.test(path)) return false;
    return this.#roots.some((root) =>
      root.endsWith("/") ? path.startsWith(root) : path === root
    );
  }
}

function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}
