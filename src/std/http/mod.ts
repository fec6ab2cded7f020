/**
 * The entry point `@std/http`: status codes and content negotiation. Only what
 * Sluice uses; see ../README.md.
 */

export * from "./negotiation.ts";
export * from "./status.ts";
