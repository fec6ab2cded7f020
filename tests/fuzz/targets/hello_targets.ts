/** The ClientHello of an intercepted tunnel: read, not there yet, or too long; in one way. */

import { assert, assertEquals } from "@std/assert";
import {
  MAX_HELLO_BYTES,
  startsTls,
  tryReadClientHello,
} from "../../../src/mitm/client_hello.ts";
import { latin1Bytes } from "../../http1/wire_notation.ts";
import { type Target, textTarget } from "../target.ts";

/** The target. */
export function helloTargets(): Target[] {
  return [textTarget({
    name: "client hello",
    seeds: [helloText(["a.test"], ["h2", "http/1.1"]), helloText([], [])],
    tokens: [
      "\x16\x03\x01",
      "\0",
      "\xff",
      "\x01",
      "\0\0",
      "\xff\xff",
      "\0\x10",
      "\x16\x03\x03\0\0",
    ],
    check: checkHello,
  })];
}

function checkHello(input: string): void {
  const bytes = latin1Bytes(input);
  if (bytes.length === 0 || !startsTls(bytes)) return;
  const whole = helloOf(bytes);
  if (whole === "too long") {
    assert(bytes.length >= 5);
    return;
  }
  if (whole === undefined) {
    assert(bytes.length < MAX_HELLO_BYTES + 5, "it waits for ever");
    return;
  }
  // What is behind it does not change what it says, and no part of it says something else.
  assertEquals(helloOf(latin1Bytes(input + "\x17\x03\x03\0\x01x")), whole);
  for (const end of [1, 5, 6, 9, bytes.length >> 1]) {
    const part = helloOf(bytes.subarray(0, end));
    if (part !== undefined) assertEquals(part, whole);
  }
}

function helloOf(bytes: Uint8Array) {
  try {
    return tryReadClientHello(bytes);
  } catch (error) {
    if (error instanceof RangeError) return "too long";
    throw error;
  }
}

/** A ClientHello, one character a byte. */
export function helloText(
  names: readonly string[],
  protocols: readonly string[],
) {
  const extensions = [
    ...names.map((name) => extension(0, sized(2, "\0" + sized(2, name)))),
    ...(protocols.length === 0 ? [] : [
      extension(16, sized(2, protocols.map((one) => sized(1, one)).join(""))),
    ]),
  ].join("");
  const body = "\x03\x03" + "r".repeat(32) + sized(1, "") +
    sized(2, "\x13\x01") + sized(1, "\0") + sized(2, extensions);
  return "\x16\x03\x01" + sized(2, "\x01" + sized(3, body));
}

function extension(type: number, data: string): string {
  return numberText(2, type) + sized(2, data);
}

function sized(bytes: number, data: string): string {
  return numberText(bytes, data.length) + data;
}

function numberText(bytes: number, value: number): string {
  return Array.from(
    { length: bytes },
    (_, at) => String.fromCharCode(value >> 8 * (bytes - 1 - at) & 255),
  ).join("");
}
