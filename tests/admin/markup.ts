/** What tests say of markup: its skeleton, and what must never stand in it. */

import { assertEquals } from "@std/assert";

/** What a browser obeys or hides, whatever the markup: controls and direction marks. */
const UNSEEN =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** The tags in their order, without the values of attributes. */
export function skeleton(markup: string): string[] {
  return [...markup.matchAll(/<[^>"]*(?:"[^"]*"[^>"]*)*>/g)]
    .map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

/** That the two have the same tags, and the first nothing that can't be seen. */
export function assertSameSkeleton(markup: string, like: string): void {
  assertEquals(skeleton(markup), skeleton(like));
  assertEquals(UNSEEN.exec(markup)?.[0], undefined);
}
