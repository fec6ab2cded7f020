import { assert, assertEquals, assertThrows } from "@std/assert";
import { ProxyError, WireError } from "../../src/errors.ts";
import type { Request } from "../../src/http1/request.ts";
import type { Origin } from "../../src/http1/origin_memo.ts";
import { Buffers } from "../../src/net/buffers.ts";
import { Authenticator } from "../../src/policy/authenticator.ts";
import { PasswordFile } from "../../src/policy/password_file.ts";
import { type Access, admit } from "../../src/proxy/admit.ts";
import { ClientConnection } from "../../src/proxy/client_connection.ts";
import type { Client, Exchange } from "../../src/proxy/exchange.ts";
import { tunnelOrigin } from "../../src/proxy/intercepted_request.ts";
import { Self } from "../../src/proxy/self.ts";
import type { Services } from "../../src/proxy/services.ts";
import {
  basic,
  proxyAuthorization,
  USERS,
} from "../scenarios/auth_scenario.ts";
import { silentConn } from "./silent_conn.ts";
import { exchangeOf, getOf, requestOf } from "./wire_values.ts";

const CLIENT: Client = { ip: "192.0.2.1", port: 50_000 };
const ANN = proxyAuthorization("ann");
const TOKEN = "Bearer sesame";

/** What limits nothing but by `given`. */
function accessOf(given: Partial<Access>): Access {
  return {
    clients: undefined,
    authenticator: undefined,
    isAdministrator: (field) => field === TOKEN,
    connectPorts: [{ first: 1, last: 65535 }],
    ...given,
  };
}

/** A connection, and the proxy that it is made to. */
class Scene implements Disposable {
  readonly #silent = silentConn();
  readonly #services: Services;
  readonly connection: ClientConnection;

  constructor(access: Access | undefined, within?: Origin) {
    // Nothing else of the services is asked.
    this.#services = {
      access,
      self: new Self([{ host: "127.0.0.1", port: 8080 }]),
      buffers: new Buffers(),
      limits: { idleTimeoutMs: 1000 },
    } as Services;
    const { conn } = this.#silent;
    this.connection = new ClientConnection(
      conn,
      CLIENT,
      this.#services,
      within,
    );
  }

  static withUsers(within?: Origin): Scene {
    const authenticator = new Authenticator(new PasswordFile(USERS), {
      now: () => 0,
      check: (_hash, password) => Promise.resolve(password === "open sesame"),
    });
    return new Scene(accessOf({ authenticator }), within);
  }

  begin(request: Request): {
    exchange: Exchange;
    admitted: Promise<void> | undefined;
  } {
    const exchange = exchangeOf(request);
    exchange.client = this.connection.client;
    const admitted = admit(exchange, request, this.connection, this.#services);
    return { exchange, admitted };
  }

  /** The status of a request that is refused at once. */
  refusal(request: Request): number {
    const error = assertThrows(() => this.begin(request), ProxyError);
    assertEquals(error.outcome, "denied");
    return error.status;
  }

  [Symbol.dispose](): void {
    this.#silent[Symbol.dispose]();
  }
}

function pageOf(path: string, ...lines: string[]): Request {
  const host = "Host: 127.0.0.1:8080";
  return requestOf(`GET ${path} HTTP/1.1`, host, ...lines);
}

function connectTo(port: number): Request {
  return requestOf(`CONNECT a.test:${port} HTTP/1.1`, "Host: a.test");
}

Deno.test("admit() asks nothing where nothing is limited", () => {
  using scene = new Scene(undefined);
  const { exchange, admitted } = scene.begin(connectTo(25));
  assertEquals(admitted, undefined);
  assert(exchange.client === CLIENT);
});

Deno.test("admit() waits for the first check of credentials alone", async () => {
  using scene = Scene.withUsers();
  const first = scene.begin(getOf(ANN));
  await first.admitted;
  assertEquals(first.exchange.client, { ...CLIENT, user: "ann" });
  const second = scene.begin(getOf(ANN));
  assertEquals(second.admitted, undefined);
  assert(second.exchange.client === first.exchange.client);
});

Deno.test("admit() asks as a proxy by 407, and as an origin by 401", () => {
  using scene = Scene.withUsers();
  assertEquals(scene.refusal(getOf()), 407);
  assertEquals(scene.refusal(connectTo(443)), 407);
  assertEquals(scene.refusal(getOf(`Authorization: ${basic("ann")}`)), 407);
  assertEquals(scene.refusal(pageOf("/")), 401);
  assertEquals(scene.refusal(pageOf("/", ANN)), 401);
  assertEquals(scene.refusal(pageOf("http://proxy-stats/")), 407);
});

Deno.test("admit() takes no credentials that come twice", () => {
  using scene = Scene.withUsers();
  for (const request of [getOf(ANN, ANN), getOf(ANN, "proxy-authorization:")]) {
    assertThrows(() => scene.begin(request), WireError, "several");
  }
});

Deno.test("admit() asks nobody again within an intercepted tunnel", () => {
  const authority = { host: "a.test", port: 80 };
  using scene = Scene.withUsers(tunnelOrigin("http", authority));
  const { exchange, admitted } = scene.begin(getOf());
  assertEquals(admitted, undefined);
  assert(exchange.client === CLIENT);
});

Deno.test("admit() takes the administrator's token on our own pages", () => {
  using scene = Scene.withUsers();
  const token = `Authorization: ${TOKEN}`;
  for (const path of ["/admin/cache", "http://proxy-stats/"]) {
    const { exchange, admitted } = scene.begin(pageOf(path, token));
    assertEquals([admitted, exchange.client.user], [undefined, undefined]);
  }
  assertEquals(scene.refusal(getOf(token)), 407);
  assertEquals(scene.refusal(pageOf("/", "Authorization: Bearer x")), 401);
});

Deno.test("admit() refuses strangers whatever they say", () => {
  using scene = Scene.withUsers();
  scene.connection.isStranger = true;
  for (const request of [getOf(ANN), pageOf("/healthz"), connectTo(443)]) {
    assertEquals(scene.refusal(request), 403);
  }
});

Deno.test("admit() lets CONNECT lead to some ports only", () => {
  const connectPorts = [
    { first: 443, last: 443 },
    { first: 8000, last: 8001 },
  ];
  using scene = new Scene(accessOf({ connectPorts }));
  for (const port of [443, 8000, 8001]) {
    assertEquals(scene.begin(connectTo(port)).admitted, undefined);
  }
  for (const port of [442, 444, 7999, 8002]) {
    assertEquals(scene.refusal(connectTo(port)), 403);
  }
  assertEquals(scene.begin(getOf()).admitted, undefined);
  using closed = new Scene(accessOf({ connectPorts: [] }));
  assertEquals(closed.refusal(connectTo(443)), 403);
});
