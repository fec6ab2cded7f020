/**
 * What the wire layer costs a message, part by part, with heads as wrk, curl and
 * Chrome send them and an origin answers them. Run by `deno bench -A`. One
 * iteration is one message, so a time is what that part adds to a request.
 */

import { ChunkedDecoder, chunkHead } from "../../src/http1/chunked.ts";
import {
  connectionOptions,
  forwardedHead,
} from "../../src/http1/forwarding.ts";
import { parseRequestHead, parseResponseHead } from "../../src/http1/head.ts";
import { HeadScanner } from "../../src/http1/head_scanner.ts";
import { latin1, writeLatin1 } from "../../src/http1/latin1.ts";
import { understandRequest } from "../../src/http1/request.ts";

const encoder = new TextEncoder();

/** Heads that differ, as they do in life: the parser must not see one text again and again. */
const VARIANTS = 256;

const REQUESTS = {
  wrk: (i: number) => [
    `GET http://127.0.0.1:8080/${i}.html HTTP/1.1`,
    "Host: 127.0.0.1:8080",
  ],
  curl: (i: number) => [
    `GET http://www.example.com/assets/${i}.js HTTP/1.1`,
    "Host: www.example.com",
    "User-Agent: curl/8.14.1",
    "Accept: */*",
    "Proxy-Connection: Keep-Alive",
  ],
  Chrome: (i: number) => [
    `GET http://www.example.com/assets/app/${i}.js?version=12 HTTP/1.1`,
    "Host: www.example.com",
    "Proxy-Connection: keep-alive",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 " +
    "(KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9," +
    "image/avif,image/webp,image/apng,*/*;q=0.8",
    "Upgrade-Insecure-Requests: 1",
    `Referer: http://www.example.com/articles/2026/${i}`,
    "Accept-Encoding: gzip, deflate",
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8",
    `Cookie: session=0f3k9z-${i}; theme=dark; _ga=GA1.1.1234567890.1700000000`,
    `If-None-Match: "5f3c-${i}"`,
    "If-Modified-Since: Sat, 31 Jan 2026 10:00:00 GMT",
  ],
};

const ANSWER = (i: number) => [
  "HTTP/1.1 200 OK",
  "Date: Sat, 31 Jan 2026 10:00:00 GMT",
  "Content-Type: text/html; charset=utf-8",
  `Content-Length: ${1000 + i}`,
  "Connection: keep-alive",
  "Server: nginx",
  "Last-Modified: Fri, 30 Jan 2026 10:00:00 GMT",
  `ETag: "5f3c-${i}"`,
  "Cache-Control: public, max-age=3600",
  "Vary: Accept-Encoding",
  "Accept-Ranges: bytes",
  "X-Content-Type-Options: nosniff",
];

for (const [name, lines] of Object.entries(REQUESTS)) benchRequest(name, lines);
benchAnswer();
benchChunked("64 chunks of 1 KiB", 64, 1024);
benchChunked("1,024 chunks of 16 bytes", 1024, 16);
benchChunked("4 chunks of 16 KiB", 4, 16 * 1024);

/** The parts for one sort of request, each its own group. */
function benchRequest(name: string, lines: (i: number) => string[]): void {
  const texts = headTexts(lines);
  const all = texts.map((text) => encoder.encode(text));
  const heads = texts.map(parseRequestHead);
  const next = counter();
  const scanner = new HeadScanner();
  const into = new Uint8Array(16 * 1024);
  const label = `${name}, ${texts[0]!.length} bytes`;

  Deno.bench(`HeadScanner.scan(): ${label}`, { group: "scan" }, () => {
    const bytes = all[next()]!;
    scanner.scan(bytes, 0, bytes.length);
  });
  Deno.bench(`latin1(): ${label}`, { group: "latin1" }, () => {
    const bytes = all[next()]!;
    latin1(bytes, 0, bytes.length);
  });
  Deno.bench(`parseRequestHead(): ${label}`, { group: "parse" }, () => {
    parseRequestHead(texts[next()]!);
  });
  Deno.bench(`understandRequest(): ${label}`, { group: "understand" }, () => {
    understandRequest(heads[next()]!);
  });
  Deno.bench(`forwardedHead(): ${label}`, { group: "forward" }, () => {
    forward(heads[next()]!);
  });
  Deno.bench(`writeLatin1(): ${label}`, { group: "write" }, () => {
    writeLatin1(texts[next()]!, into, 0);
  });
  Deno.bench(`forwardedHead() written: ${label}`, { group: "write" }, () => {
    writeLatin1(forward(heads[next()]!), into, 0);
  });
  Deno.bench(`bytes in to bytes out: ${label}`, { group: "all" }, () => {
    const bytes = all[next()]!;
    const end = scanner.scan(bytes, 0, bytes.length);
    const head = parseRequestHead(latin1(bytes, 0, end));
    understandRequest(head);
    writeLatin1(forward(head), into, 0);
  });
}

function forward(head: ReturnType<typeof parseRequestHead>): string {
  return forwardedHead(
    `${head.method} / HTTP/1.1`,
    head.fields,
    connectionOptions(head.fields),
    { via: "1.1 sluice-4f2a", lines: "Host: www.example.com\r\n" },
  );
}

function benchAnswer(): void {
  const texts = headTexts(ANSWER);
  const heads = texts.map(parseResponseHead);
  const next = counter();
  const label = `an origin's answer, ${texts[0]!.length} bytes`;

  Deno.bench(`parseResponseHead(): ${label}`, { group: "parse" }, () => {
    parseResponseHead(texts[next()]!);
  });
  Deno.bench(`forwardedHead(): ${label}`, { group: "forward" }, () => {
    const { fields } = heads[next()]!;
    forwardedHead("HTTP/1.1 200 OK", fields, connectionOptions(fields), {
      via: "1.1 sluice-4f2a",
      contentLength: 1000,
    });
  });
}

function benchChunked(name: string, count: number, size: number): void {
  const chunk = chunkHead(size) + "a".repeat(size) + "\r\n";
  const bytes = encoder.encode(chunk.repeat(count) + "0\r\n\r\n");
  Deno.bench(`ChunkedDecoder: ${name}`, { group: "chunked" }, () => {
    const decoder = new ChunkedDecoder();
    for (let at = 0; !decoder.isDone;) {
      at = decoder.decode(bytes, at, bytes.length);
    }
  });
}

function headTexts(lines: (i: number) => string[]): string[] {
  return Array.from(
    { length: VARIANTS },
    (_, i) => lines(i).join("\r\n") + "\r\n\r\n",
  );
}

/** Gives 0 to VARIANTS - 1 in turn. */
function counter(): () => number {
  let at = 0;
  return () => at = (at + 1) % VARIANTS;
}
