/**
 * The entry point `@std/cli`: arguments of the command line. Only what Sluice
 * uses; see ../README.md.
 */

export * from "./parse_args.ts";
