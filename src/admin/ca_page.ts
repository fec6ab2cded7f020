/**
 * What clients need before their TLS can be intercepted: the authority's certificate, and a
 * page that says for each system and program how to trust it. Never shows a key.
 */

import { X509Certificate } from "node:crypto";
import { Hono } from "hono";
import type { AdminEnv } from "./admin_guard.ts";
import { type Html, html, htmlText } from "./html.ts";
import { layout, type Shell } from "./layout.ts";
import { ownAddress } from "./own_address.ts";

/** Where the certificate is from, and how clients reach the proxy. */
export interface CaPageOptions {
  /** The authority's certificate in PEM; undefined while there is none. */
  readonly authorityPem: () => Promise<string | undefined>;
  /** `http://HOST:PORT` at which the proxy listens. */
  readonly address: string;
  readonly shell: Shell;
}

/** The name under which the instructions know the file. */
const FILE = "sluice-ca.pem";

const NONE =
  "There is no certificate authority yet: it is made by --intercept, or by `sluice ca export`.";

/** What is to be done on one system, or for one program. */
interface Instruction {
  readonly on: string;
  readonly steps: readonly string[];
  readonly commands?: readonly string[];
}

/** `/ca.pem` and `/ca`. */
export function caPages(
  { authorityPem, address, shell }: CaPageOptions,
): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  app.get("/ca.pem", async (context) => {
    const pem = await authorityPem();
    if (pem === undefined) {
      return context.json({ error: { status: 404, reason: NONE } }, 404);
    }
    // The type by which browsers and phones know what to do with it.
    context.header("Content-Type", "application/x-x509-ca-cert");
    context.header("Content-Disposition", `inline; filename="${FILE}"`);
    context.header("Cache-Control", "no-cache");
    return context.body(pem);
  });
  app.get("/ca", async (context) => {
    const pem = await authorityPem();
    return pem === undefined
      ? context.html(await htmlText(page(shell, html`<p>${NONE}</p>`)), 404)
      : context.html(
        await htmlText(page(shell, body(pem, ownAddress(context, address)))),
      );
  });
  return app;
}

function page(shell: Shell, body: Html): Html {
  return layout(shell, { title: "Trust this proxy", body });
}

function body(pem: string, address: string) {
  const { subject, fingerprint256, validTo } = new X509Certificate(pem);
  return html`
    <p>The proxy opens the TLS of some hosts and shows certificates of its own
    for them. Clients that are to take these need its certificate authority:</p>
    <p><a href="/ca.pem" download="${FILE}">${FILE}</a></p>
    <p>Subject: <code>${subject.replaceAll("\n", ", ")}</code><br>
    Valid until: ${validTo}<br>
    SHA-256 fingerprint: <code>${fingerprint256}</code></p>
    <p>Compare the fingerprint with that of <code>sluice ca show</code>: whoever
    holds the key of an authority that you trust can read your connections.</p>
    ${instructions(address).map(section)}
  `;
}

function section({ on, steps, commands = [] }: Instruction) {
  return html`
    <h2>${on}</h2>
    ${steps.map((step) => html`<p>${step}</p>`)} ${commands.length > 0
      ? html`<pre>${commands.join("\n")}</pre>`
      : ""}
  `;
}

const INSTEAD =
  "The file takes the place of all other authorities. Where not every host is " +
  "intercepted, trust it in the system instead.";

function instructions(address: string): readonly Instruction[] {
  return [
    {
      on: "Windows",
      steps: ["As administrator; with -user for one's own account only:"],
      commands: [`certutil -addstore -f Root ${FILE}`],
    },
    {
      on: "macOS",
      steps: [],
      commands: [
        "sudo security add-trusted-cert -d -r trustRoot \\",
        `  -k /Library/Keychains/System.keychain ${FILE}`,
      ],
    },
    {
      on: "Debian, Ubuntu",
      steps: ["The name has to end in .crt:"],
      commands: [
        `sudo cp ${FILE} /usr/local/share/ca-certificates/sluice-ca.crt`,
        "sudo update-ca-certificates",
      ],
    },
    {
      on: "Fedora, Red Hat",
      steps: [],
      commands: [
        `sudo cp ${FILE} /etc/pki/ca-trust/source/anchors/`,
        "sudo update-ca-trust",
      ],
    },
    {
      on: "Firefox",
      steps: [
        "Settings, Privacy & Security, Certificates, View Certificates, " +
        "Authorities, Import: choose the file, and tick “Trust this CA to " +
        "identify websites”.",
      ],
    },
    {
      on: "Chromium, Chrome, Edge",
      steps: [
        "On Windows and macOS they trust what the system trusts. On Linux " +
        "(package libnss3-tools or nss-tools):",
      ],
      commands: [
        "mkdir -p ~/.pki/nssdb",
        `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Sluice -i ${FILE}`,
      ],
    },
    {
      on: "Android",
      steps: [
        "Settings, Security, Encryption & credentials, Install a certificate, " +
        "CA certificate: choose the file. Browsers trust it; other apps only " +
        "where their makers let them.",
      ],
    },
    {
      on: "iOS, iPadOS",
      steps: [
        "Open the file in Safari. Settings, Profile Downloaded, Install. Then " +
        "Settings, General, About, Certificate Trust Settings: switch it on.",
      ],
    },
    {
      on: "curl",
      steps: [INSTEAD],
      commands: [`curl --cacert ${FILE} -x ${address} https://example.com/`],
    },
    {
      on: "Node.js",
      steps: ["The file is trusted beside the others."],
      commands: [`export NODE_EXTRA_CA_CERTS=$PWD/${FILE}`],
    },
    {
      on: "Python",
      steps: [`${INSTEAD} The second line is for Requests and pip.`],
      commands: [
        `export SSL_CERT_FILE=$PWD/${FILE}`,
        `export REQUESTS_CA_BUNDLE=$PWD/${FILE} PIP_CERT=$PWD/${FILE}`,
      ],
    },
    {
      on: "Java",
      steps: ["Into the runtime's own store:"],
      commands: [
        "keytool -importcert -cacerts -storepass changeit -noprompt \\",
        `  -alias sluice -file ${FILE}`,
      ],
    },
    {
      on: "git",
      steps: [INSTEAD],
      commands: [`git config --global http.sslCAInfo "$PWD/${FILE}"`],
    },
  ];
}
