/**
 * The proxy's own pages as a Hono app: requests in, responses out, no sockets. What it
 * shows it is given as functions; everything from the network is escaped by the renderer.
 */

import { Hono } from "hono";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { Pages } from "../proxy/services.ts";

/** What the pages show. */
export interface PagesOptions {
  readonly version: string;
  /** `http://HOST:PORT` at which the proxy listens. */
  readonly address: string;
}

/** The pages of a proxy. */
export function pages({ version, address }: PagesOptions): Pages {
  const app = new Hono();
  app.use(secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'unsafe-inline'"],
    },
    strictTransportSecurity: false,
  }));
  app.get("/healthz", (context) => context.json({ status: "ok", version }));
  app.get("/proxy.pac", (context) => {
    context.header("Content-Type", "application/x-ns-proxy-autoconfig");
    return context.body(pacFile(hostOf(context.req.url, address)));
  });
  app.get("/", (context) => context.html(welcome(version, address)));
  app.notFound((context) =>
    context.json({ error: { status: 404, reason: "no such page" } }, 404)
  );
  return (request) => app.fetch(request);
}

/** The proxy as the one who asks for the file reaches it. */
function hostOf(url: string, address: string): string {
  const asked = new URL(url);
  const listens = new URL(address);
  return asked.port === listens.port ? asked.host : listens.host;
}

/** A proxy auto-configuration file: everything through the proxy, but what is on this machine. */
function pacFile(host: string): string {
  return `function FindProxyForURL(url, host) {
  if (host === "localhost" || host === "127.0.0.1" || host === "::1") return "DIRECT";
  return "PROXY ${host}";
}
`;
}

function welcome(version: string, address: string) {
  return html`
    <!doctype html>
    <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>Sluice</title>
      <style>
    :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
    body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
    pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .25rem }
    </style>
      <h1>Sluice ${version} is running</h1>
      <p>This is a forward proxy. Point a client at it:</p>
      <pre>curl -x ${address} http://example.com/</pre>
      <pre>export http_proxy=${address} https_proxy=${address}</pre>
      <p>Browsers can be given <a href="/proxy.pac">/proxy.pac</a>. Programs ask
    <a href="/healthz">/healthz</a> whether it is up.</p>
    </html>
  `;
}
