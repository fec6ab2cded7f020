import { assertEquals } from "@std/assert";
import { expositionText, numberText } from "../../src/stats/exposition.ts";

Deno.test("expositionText() writes help, type and samples", () => {
  assertEquals(
    expositionText([{
      name: "some_seconds",
      type: "summary",
      help: "How long it took.",
      samples: [
        { labels: { rule: "a", quantile: "0.5" }, value: 0.25 },
        { suffix: "_count", value: 3 },
      ],
    }]),
    "# HELP some_seconds How long it took.\n" +
      "# TYPE some_seconds summary\n" +
      'some_seconds{rule="a",quantile="0.5"} 0.25\n' +
      "some_seconds_count 3\n",
  );
});

Deno.test("expositionText() escapes labels and help", () => {
  assertEquals(
    expositionText([{
      name: "n",
      type: "gauge",
      help: 'a\\b\nc"',
      samples: [{ labels: { l: 'a\\b\nc"d\ud800' }, value: 1 }],
    }]),
    '# HELP n a\\\\b\\nc"\n# TYPE n gauge\nn{l="a\\\\b\\nc\\"d\ufffd"} 1\n',
  );
});

Deno.test("expositionText() leaves out a metric without samples", () => {
  const empty = { name: "n", type: "gauge", help: "h", samples: [] } as const;
  assertEquals(expositionText([empty]), "");
});

Deno.test("numberText() writes what is no number as Go does", () => {
  assertEquals(
    [Infinity, -Infinity, NaN, 1.5, 1e21].map(numberText),
    ["+Inf", "-Inf", "NaN", "1.5", "1e+21"],
  );
});
