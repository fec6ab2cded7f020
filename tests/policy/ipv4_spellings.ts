/** Ways to write one IPv4 address, for tests of what must tell that they are one. */

import { ipv4Text } from "../../src/policy/ipv4_number.ts";

/** Spellings that inet_aton(3), a URL parser or an IPv6 stack read as that very address. */
export function ipv4Spellings(address: number): string[] {
  const plain = ipv4Text(address);
  const octets = plain.split(".").map(Number);
  const [a, b] = octets;
  const groups = ipv6Groups(address);
  return [
    plain,
    `${plain}.`,
    String(address),
    hex(address),
    octal(address),
    `${a}.${address & 0xffffff}`,
    `${hex(a!)}.${octal(b!)}.${address & 0xffff}`,
    octets.map(hex).join("."),
    octets.map(octal).join("."),
    octets.map((octet, i) => i % 2 === 0 ? hex(octet) : octet).join("."),
    plain.replace(/\d/g, fullWidth),
    plain.replaceAll(".", "。"),
    plain.replace(/\d/g, percentEncoded),
    `::ffff:${plain}`,
    `[::FFFF:${plain}]`,
    `[::ffff:${groups}]`,
    `0:0:0:0:0:ffff:${groups.toUpperCase()}`,
    `[::ffff:${plain}%25eth0]`,
  ];
}

/** IPv6 addresses that hold that address: packets to them may end at it. */
export function ipv6Holders(address: number): string[] {
  const groups = ipv6Groups(address);
  return [
    `::${ipv4Text(address)}`,
    `::ffff:0:${groups}`,
    `64:ff9b::${ipv4Text(address)}`,
    `[64:FF9B::${groups}]`,
    `64:ff9b:1::${groups}`,
    `2002:${groups}::1`,
    `2001:0:${groups}:8000:0:f7f7:f7f7`,
    `2001:0:808:808:8000:0:${ipv6Groups(~address >>> 0)}`,
    `2606:4700::5efe:${groups}`,
    `2606:4700::200:5efe:${ipv4Text(address)}`,
  ];
}

function ipv6Groups(address: number): string {
  return `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

function octal(number: number): string {
  return `0${number.toString(8)}`;
}

function fullWidth(digit: string): string {
  return String.fromCharCode(digit.charCodeAt(0) + 0xfee0);
}

function percentEncoded(digit: string): string {
  return `%${digit.charCodeAt(0).toString(16)}`;
}
