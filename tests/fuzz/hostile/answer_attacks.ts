/**
 * Attacks of origins: answers without an end. Each asserts that the proxy stops reading, and
 * that the client is told so by an answer of the proxy's or by a cut.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Attack } from "./attacks.ts";
import { sendEndlessly, write } from "./raw_conn.ts";

const MIB = 1024 * 1024;
/** What the systems' buffers between origin and proxy may hold, in bytes. */
const IN_FLIGHT_BYTES = 16 * MIB;

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

/** A 502 of the proxy's. */
const REFUSED = /^HTTP\/1.1 502 /;
/** The same, or the head that was in order, and of its body no end. */
const CUT = /^HTTP\/1.1 (?:502 |200 (?![^]*\r\n0\r\n\r\n$))/;

/** All of them. */
export const ANSWER_ATTACKS: readonly Attack[] = [
  endless("an origin's endless field lines", REFUSED, OK, "A: bcd\r\n"),
  endless("an origin's endless field", REFUSED, `${OK}A: `, "x"),
  endless(
    "an origin's endless interim answers",
    /^(?:HTTP\/1.1 103 .*\r\n(?:.+\r\n)*\r\n)*HTTP\/1.1 502 /,
    "",
    "HTTP/1.1 103 Early Hints\r\n\r\n",
  ),
  endless("an origin's endless chunk extensions", CUT, `${CHUNKED}5;`, "x"),
  endless("an origin's endless trailers", CUT, `${CHUNKED}0\r\n`, "T: u\r\n"),
  endless(
    "an origin's endless tiny chunks with extensions",
    CUT,
    CHUNKED,
    "1;abcdefgh\r\nx\r\n",
  ),
];

function endless(
  name: string,
  expected: RegExp,
  head: string,
  piece: string,
): Attack {
  return {
    name,
    play: async (stage, { endlessBytes }) => {
      const plain = stage.answer;
      const sent = Promise.withResolvers<number>();
      stage.answer = async (conn, asked) => {
        if (!asked.includes("/endless")) return await plain(conn, asked);
        await write(conn, head);
        const many = piece.repeat(Math.ceil(16 * 1024 / piece.length));
        sent.resolve(await sendEndlessly(conn, many, endlessBytes));
      };
      const text = await stage.ask("/endless");
      assertMatch(text, expected);
      assert(await sent.promise < IN_FLIGHT_BYTES, `${await sent.promise}`);
      stage.answer = plain;
      assertEquals((await stage.ask()).slice(9, 12), "200");
    },
  };
}
