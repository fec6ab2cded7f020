/**
 * Checks of values that came as JSON from the other end of a pipe.
 */

import type { StateValue } from "./protocol.ts";

/** A line that the protocol does not have. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

export function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ProtocolError("Cannot read a line: it is no JSON", {
      cause: error,
    });
  }
}

export function array(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new ProtocolError(`Cannot take ${quote(value)}: a list is wanted`);
}

export function record(value: unknown): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new ProtocolError(`Cannot take ${quote(value)}: an object is wanted`);
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new ProtocolError(`Cannot take ${quote(value)}: a string is wanted`);
}

/** Bytes that came as base64. */
export function bytes(value: unknown): Uint8Array {
  try {
    return Uint8Array.fromBase64(text(value));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ProtocolError(`Cannot take ${quote(value)}: base64 is wanted`);
  }
}

export function texts(value: unknown): string[] {
  const values = array(value);
  for (const each of values) text(each);
  // Each one was looked at.
  return values as string[];
}

export function number(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new ProtocolError(`Cannot take ${quote(value)}: a number is wanted`);
}

export function stateValue(value: unknown): StateValue {
  if (value === null || typeof value === "string") return value;
  return number(value);
}

export function quote(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? "nothing";
}
