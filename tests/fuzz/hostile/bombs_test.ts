import { assert, assertEquals } from "@std/assert";
import { decodeContent } from "../../../src/proxy/content_coding.ts";
import { bombs } from "./bombs.ts";

const MIB = 1024 * 1024;

Deno.test("bombs() expand to what they say, and decodeContent() stops before", async () => {
  for (const { coding, bytes } of bombs(4)) {
    assert(bytes.length < 16 * 1024, `${coding} has ${bytes.length} bytes`);
    const codings = coding.split(", ");
    const whole = await decodeContent(bytes, codings, 4 * MIB);
    assertEquals(whole?.length, 4 * MIB, coding);
    assertEquals(await decodeContent(bytes, codings, 4 * MIB - 1), undefined);
  }
});
