import { assertEquals } from "@std/assert";
import { accepts, STATUS_CODE } from "@std/http";

Deno.test("@std/http has status codes and negotiation", () => {
  assertEquals(STATUS_CODE.OK, 200);
  assertEquals(accepts({ headers: new Headers() }, "a/b"), "a/b");
});
