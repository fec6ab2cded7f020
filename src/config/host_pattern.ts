/**
 * Patterns of hosts as rules have them (see policy/host_pattern.ts), and the names to which a
 * certificate authority can be bound. Only spelling is judged.
 */

import {
  HOST_PATTERN_WANTED,
  parseHostPattern,
} from "../policy/host_pattern.ts";
import { IpRangeSet } from "../policy/ip_range_set.ts";
import { parseHost } from "./host_name.ts";
import { type Kind, kindOf } from "./kind.ts";

/** A pattern, in canonical form. */
export function hostPattern(): Kind<string> {
  return kindOf({ wants: HOST_PATTERN_WANTED, parse: parseHostPattern });
}

/** A host name, which stands for all below it too, an address, or a CIDR block. */
export function signableName(): Kind<string> {
  return kindOf({
    wants: "host names, IP addresses or CIDR blocks such as 10.0.0.0/8",
    parse: (text) => parseHost(text) ?? parseRange(text),
  });
}

function parseRange(text: string): string | undefined {
  try {
    new IpRangeSet([text], "");
    return text.toLowerCase();
  } catch {
    // InvalidValue: the option says what it wants.
    return undefined;
  }
}
