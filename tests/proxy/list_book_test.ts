import { assertEquals } from "@std/assert";
import { ListBook } from "../../src/proxy/list_book.ts";

Deno.test("ListBook blocks nothing, with 403, until it is told otherwise", () => {
  const book = new ListBook();
  assertEquals(book.current.isEmpty, true);
  assertEquals(book.answer, { status: 403, page: undefined });
});
