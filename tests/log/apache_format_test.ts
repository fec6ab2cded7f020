import { assert, assertEquals } from "@std/assert";
import {
  combinedFormat,
  commonFormat,
  droppedApache,
} from "../../src/log/apache_format.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";
import { sampleRecord } from "./sample_record.ts";

const QUOTED = String.raw`"(?:[^"\\]|\\(?:x[0-9a-f]{2}|[bnrtv"\\]))*"`;
const COMMON = String
  .raw`\S+ - \S+ \[[^\]]+\] ${QUOTED} -?[\d.e+]+ (?:[\d.e+]+|-)`;
const COMMON_LINE = new RegExp(`^${COMMON}\n$`);
const COMBINED_LINE = new RegExp(`^${COMMON} ${QUOTED} ${QUOTED}\n$`);

function withoutTime(line: string): string {
  return line.replace(/\[[^\]]+\]/, "[time]");
}

Deno.test("commonFormat() writes the fields of Apache's common format", () => {
  const record = sampleRecord({
    client: { ip: "192.0.2.10", port: 5, user: "ann" },
  });
  assertEquals(
    withoutTime(commonFormat(true)(record)),
    '192.0.2.10 - ann [time] "GET ' + record.url + ' HTTP/1.1" 200 18000\n',
  );
});

Deno.test("combinedFormat() adds Referer and User-Agent", () => {
  assertEquals(
    withoutTime(combinedFormat(true)(sampleRecord({ url: "/a" }))),
    '192.0.2.10 - - [time] "GET /a HTTP/1.1" 200 18000 ' +
      '"http://www.example.com/" ' +
      '"Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"\n',
  );
});

Deno.test("combinedFormat() writes a dash for what is not there", () => {
  const record = sampleRecord({
    client: { ip: "", port: 0 },
    method: "",
    bodyBytesOut: 0,
    referer: "",
    userAgent: "",
  });
  assertEquals(
    withoutTime(combinedFormat(true)(record)),
    '- - - [time] "-" 200 - "-" "-"\n',
  );
});

Deno.test("commonFormat() and combinedFormat() keep their fields apart, whatever the text", () => {
  const common = commonFormat(true);
  const combined = combinedFormat(true);
  for (const text of NASTY_STRINGS) {
    const record = sampleRecord({
      client: { ip: text, port: 1, user: `a b${text}` },
      method: text,
      url: text,
      protocol: text,
      referer: text,
      userAgent: text,
    });
    assert(COMMON_LINE.test(common(record)), common(record));
    assert(COMBINED_LINE.test(combined(record)), combined(record));
  }
});

Deno.test("combinedFormat() masks the URL and the Referer", () => {
  const url = "http://ann:secret@example.com/a?token=secret";
  const record = sampleRecord({ url, referer: url });
  const line = combinedFormat(false)(record);
  assert(line.includes('"GET http://***@example.com/a?… HTTP/1.1"'), line);
  assert(line.includes('"http://***@example.com/a?…" '), line);
  assert(!line.includes("secret"));
});

Deno.test("droppedApache() is a line of the common format", () => {
  const line = droppedApache(0, 12);
  assert(COMMON_LINE.test(line), line);
  assert(line.includes("12 records dropped"));
});
