import { assertEquals, assertThrows } from "@std/assert";
import { OptionError } from "../../src/config/option_error.ts";
import { rateOrOff } from "../../src/config/rate.ts";

const { read } = rateOrOff();

Deno.test("rateOrOff() reads a number and a time", () => {
  assertEquals(read("100/10s", "--x"), { requests: 100, perSeconds: 10 });
  assertEquals(read("1/500ms", "--x"), { requests: 1, perSeconds: 0.5 });
  assertEquals(read("off", "--x"), undefined);
});

Deno.test("rateOrOff() refuses everything else, and says what was meant", () => {
  for (
    const text of ["", "100", "0/1s", "1/0", "1/s", "-1/1s", "1/10", "a/1s"]
  ) {
    assertThrows(() => read(text, "--x"), OptionError, "such as 100/10s");
  }
  assertThrows(() => read("100", "--x"), OptionError, '"100/1s"');
});
