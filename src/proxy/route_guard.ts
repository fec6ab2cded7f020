/**
 * Where connections may go: what the address guard says of a route, as the answer that a
 * client gets. Straight to an origin every address of its name is judged, after it has been
 * resolved; through a parent only addresses are, since names are for the parent to resolve. A
 * parent is the operator's word, and may be anywhere but here.
 */

import { ProxyError } from "../errors.ts";
import { formatHost } from "../http1/target.ts";
import type { DialGuard } from "../net/dialer.ts";
import { firstHop, type Route } from "../net/route.ts";
import {
  type AddressDenial,
  AddressGuard,
  type AddressGuardOptions,
} from "../policy/address_guard.ts";
import { canonicalHost } from "../policy/canonical.ts";
import { readHost } from "../policy/host_literal.ts";
import { parseIp, parseIpRange } from "../policy/ip_range.ts";
import type { Verdict } from "../policy/lists.ts";
import type { ListBook } from "./list_book.ts";

/** Guards the routes of a proxy. */
export class RouteGuard implements DialGuard {
  readonly #lists: ListBook;
  readonly #destinations: AddressGuard;
  readonly #parents: AddressGuard;

  /**
   * @param options What holds for destinations.
   * @param lists Their ranges are judged too, now that the addresses are known: one that blocks closes an
   * address, one that allows opens it.
   */
  constructor(options: AddressGuardOptions, lists: ListBook) {
    this.#lists = lists;
    this.#destinations = new AddressGuard(options);
    this.#parents = new AddressGuard({ ...options, privateAddresses: "allow" });
  }

  /** A host is resolved in the spelling in which it is judged. */
  firstHost(route: Route): string {
    const { destination, parent } = route;
    const read = readHost(destination.host);
    if (read.kind === "invalid") throw invalid(read.reason);
    const host = read.kind === "name" ? read.name : read.address;
    if (parent === undefined) return host;
    if (read.kind === "address") {
      const verdict = this.#destinations.judge(host, destination.port);
      if (!verdict.allowed) throw denied(route, verdict);
    }
    return parent.authority.host;
  }

  allowed(route: Route, addresses: readonly string[]): readonly string[] {
    if (route.parent === undefined && this.#lists.current.hasRanges) {
      return this.#listed(route, addresses);
    }
    const guard = route.parent === undefined
      ? this.#destinations
      : this.#parents;
    const choice = guard.choose(addresses, firstHop(route).port);
    if (!choice.allowed) throw denied(route, choice);
    return choice.addresses;
  }

  /** The addresses that guard and lists let pass. */
  #listed(route: Route, addresses: readonly string[]): readonly string[] {
    const { host, port } = route.destination;
    const subject = {
      phase: "connect",
      scheme: "https",
      host: canonicalHost(host),
      port,
      pathKey: "",
    } as const;
    let refusal: ProxyError | undefined;
    const passed = addresses.filter((address) => {
      const verdict = this.#lists.current.judge(subject, parseIp(address));
      if (verdict.verdict === "block") {
        refusal ??= blocked(verdict.reason);
        return false;
      }
      const judged = this.#destinations.judge(address, port);
      if (judged.allowed) return true;
      if (!judged.isLoop && isRange(verdict)) return true;
      refusal ??= denied(route, judged);
      return false;
    });
    if (passed.length === 0 && refusal !== undefined) throw refusal;
    return passed;
  }
}

/** A name that is allowed opens no address: whoever owns it may point it anywhere. */
function isRange({ verdict, entry }: Verdict): boolean {
  return verdict === "allow" && entry !== undefined &&
    parseIpRange(entry) !== undefined;
}

function blocked(reason: string): ProxyError {
  return new ProxyError(403, "client", "http_request_denied", reason, {
    outcome: "blocked",
  });
}

function invalid(reason: string): ProxyError {
  return new ProxyError(400, "client", "http_request_error", reason);
}

function denied(route: Route, { reason, isLoop }: AddressDenial): ProxyError {
  if (isLoop) return route.isTunnel ? tunnelToSelf() : leadsBack();
  const message = `there is no way to ${
    formatHost(route.destination)
  } through this proxy: ${reason}`;
  return new ProxyError(403, "client", "destination_ip_prohibited", message, {
    outcome: "denied",
  });
}

/** A name that leads back here would be forwarded in circles. */
function leadsBack(): ProxyError {
  const message = "the name asked for leads back to the proxy itself";
  return new ProxyError(508, "client", "proxy_loop_detected", message);
}

/** The answer to CONNECT to the proxy itself, under whatever name. */
export function tunnelToSelf(): ProxyError {
  const message = "CONNECT to the proxy itself is not allowed";
  return new ProxyError(403, "client", "http_request_denied", message);
}
