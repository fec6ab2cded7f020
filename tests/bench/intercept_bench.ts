/**
 * What a full TLS handshake costs with a leaf that is there: at node:tls alone, and through
 * all that an intercepted tunnel begins with (CONNECT, 200, a look at the ClientHello).
 * Client and server are in one process, and the client is the same for both. Run by
 * `deno bench -A tests/bench/intercept_bench.ts`.
 */

import { once } from "node:events";
import { createServer } from "node:net";
import { TLSSocket } from "node:tls";
import { startProxy } from "../../src/cli/start_proxy.ts";
import { resolveSettings } from "../../src/config.ts";

const HOST = "origin.test";
const folder = await Deno.makeTempDir({ prefix: "sluice_bench_" });
const proxy = await startProxy(
  resolveSettings({
    args: [
      ...["--port", "0", "--data", folder, "--kv", ":memory:"],
      ...["--log-file", "off", "--rules", "off", "--intercept", HOST],
    ],
    env: {},
    readConfigFile: () => "{}",
    isTerminal: false,
  }).settings,
  undefined,
);
const leaves = await proxy.services.interception.leaves();
const secureContext = await leaves.secureContext(HOST);
const caCerts = [leaves.certPem];

const alone = createServer((socket) => {
  socket.setNoDelay(true);
  const options = {
    isServer: true,
    secureContext,
    ALPNProtocols: ["http/1.1"],
  };
  const tls = new TLSSocket(socket, options);
  // The client closes without a word.
  for (const each of [socket, tls]) each.on("error", () => {});
  tls.resume();
});
alone.listen(0, "127.0.0.1");
await once(alone, "listening");
const address = alone.address();
if (address === null || typeof address === "string") {
  throw new Error("Cannot tell the port");
}
const alonePort = address.port;

const CONNECT = new TextEncoder().encode(
  `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`,
);
const into = new Uint8Array(1024);

async function shakeHands(tcp: Deno.TcpConn): Promise<void> {
  const tls = await Deno.startTls(tcp, { hostname: HOST, caCerts });
  await tls.handshake();
  tls.close();
}

Deno.bench({
  name: "node:tls alone",
  group: "a full handshake",
  baseline: true,
  fn: async () => {
    await shakeHands(
      await Deno.connect({ hostname: "127.0.0.1", port: alonePort }),
    );
  },
});

Deno.bench({
  name: "an intercepted tunnel",
  group: "a full handshake",
  fn: async () => {
    const { port } = proxy;
    const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
    await tcp.write(CONNECT);
    await tcp.read(into);
    await shakeHands(tcp);
  },
});
