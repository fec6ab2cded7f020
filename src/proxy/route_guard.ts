/**
 * Where connections may go: what the address guard says of a route, as the answer that a
 * client gets. Straight to an origin every address of its name is judged, after it has been
 * resolved; through a parent only addresses are, since names are for the parent to resolve. A
 * parent is the operator's word, and may be anywhere but here. A rule may open ranges for one
 * route: what a list blocks, and the proxy itself, stay closed on it.
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
import { IpRangeSet } from "../policy/ip_range_set.ts";
import type { Verdict } from "../policy/lists.ts";
import type { ListBook } from "./list_book.ts";

/** Guards the routes of a proxy. */
export class RouteGuard implements DialGuard {
  readonly #lists: ListBook;
  readonly #destinations: AddressGuard;
  readonly #parents: AddressGuard;
  readonly #options: AddressGuardOptions;
  #wasListed = false;

  /**
   * @param options What holds for destinations.
   * @param lists Their ranges are judged too, now that the addresses are known: one that blocks closes an
   * address, one that allows opens it.
   */
  constructor(options: AddressGuardOptions, lists: ListBook) {
    this.#options = options;
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
      const refusal = this.#refusal(route, host);
      if (refusal !== undefined) throw refusal;
    }
    return parent.authority.host;
  }

  allowed(route: Route, addresses: readonly string[]): readonly string[] {
    if (route.parent !== undefined) {
      return chosen(route, this.#parents, addresses);
    }
    if (!this.#isListed() && route.opened === undefined) {
      return chosen(route, this.#destinations, addresses);
    }
    const refusals = addresses.map((address) => this.#refusal(route, address));
    const passed = addresses.filter((_, i) => refusals[i] === undefined);
    if (passed.length === 0 && refusals[0] !== undefined) throw refusals[0];
    return passed;
  }

  checkEnds(route: Route, local: string, remote: string): void {
    if (local !== remote) return;
    const { port } = firstHop(route);
    if (this.#options.ownListeners.hasEverywhere(port)) throw loop(route);
  }

  isStillAllowed(route: Route, address: string): boolean {
    // Only lists change while the proxy runs.
    if (route.parent !== undefined || !this.#isListed()) return true;
    return this.#refusal(route, address) === undefined;
  }

  /** Whether lists have ranges, or had some by which a connection may have been allowed. */
  #isListed(): boolean {
    return this.#wasListed ||= this.#lists.current.hasRanges;
  }

  /**
   * Why an address of the destination is closed; undefined where it is open. Of lists only ranges count here: by
   * its name the exchange was judged when it came, and a name that is allowed opens no address, since whoever
   * owns it may point it anywhere.
   */
  #refusal(route: Route, address: string): ProxyError | undefined {
    const { verdict, entry, reason } = this.#judgeByLists(route, address);
    const isByRange = entry !== undefined && parseIpRange(entry) !== undefined;
    if (verdict === "block" && isByRange) return blocked(reason);
    const judged = this.#destinations.judge(address, route.destination.port);
    if (judged.allowed) return undefined;
    const isOpened = verdict === "allow" && isByRange ||
      this.#isOpened(route, address);
    return isOpened && !judged.isLoop ? undefined : denied(route, judged);
  }

  #judgeByLists({ destination }: Route, address: string): Verdict {
    return this.#lists.current.judge({
      phase: "connect",
      scheme: "https",
      host: canonicalHost(destination.host),
      port: destination.port,
      pathKey: "",
    }, parseIp(address));
  }

  /** Judged as `--allow-address` would open it. */
  #isOpened({ opened, destination }: Route, address: string): boolean {
    if (opened === undefined) return false;
    const allowedRanges = new IpRangeSet(opened, "allow.addresses");
    const guard = new AddressGuard({ ...this.#options, allowedRanges });
    return guard.judge(address, destination.port).allowed;
  }
}

function chosen(
  route: Route,
  guard: AddressGuard,
  addresses: readonly string[],
): readonly string[] {
  const choice = guard.choose(addresses, firstHop(route).port);
  if (!choice.allowed) throw denied(route, choice);
  return choice.addresses;
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
  if (isLoop) return loop(route);
  const message = `there is no way to ${
    formatHost(route.destination)
  } through this proxy: ${reason}`;
  return new ProxyError(403, "client", "destination_ip_prohibited", message, {
    outcome: "denied",
  });
}

function loop({ isTunnel }: Route): ProxyError {
  return isTunnel ? tunnelToSelf() : leadsBack();
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
