import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { caPages } from "../../src/admin/ca_page.ts";
import { pages } from "../../src/admin/pages.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";

const ADDRESS = "http://127.0.0.1:8080";

Deno.test("caPages() gives the certificate as phones and browsers take it", async () => {
  const { certPem } = await newAuthority({ nowMs: Date.now() });
  const app = caPages({
    shell: { version: "1", rules: undefined },
    authorityPem: () => Promise.resolve(certPem),
    address: ADDRESS,
  });
  const response = await app.request("/ca.pem");
  assertEquals(response.status, 200);
  assertEquals(
    response.headers.get("content-type"),
    "application/x-x509-ca-cert",
  );
  assertEquals(await response.text(), certPem);
});

Deno.test("caPages() says how each system and program comes to trust it", async () => {
  const { certPem } = await newAuthority({ nowMs: Date.now() });
  const app = caPages({
    shell: { version: "1", rules: undefined },
    authorityPem: () => Promise.resolve(certPem),
    address: ADDRESS,
  });
  const response = await app.request(`${ADDRESS}/ca`);
  assertMatch(response.headers.get("content-type") ?? "", /^text\/html/);
  const text = await response.text();
  const wanted = [
    new X509Certificate(certPem).fingerprint256,
    'href="/ca.pem"',
    `curl --cacert sluice-ca.pem -x ${ADDRESS} https://example.com/`,
    "NODE_EXTRA_CA_CERTS=$PWD/sluice-ca.pem",
    "keytool -importcert -cacerts",
    "update-ca-certificates",
    "update-ca-trust",
    "certutil -addstore",
    "certutil -d sql:",
    "add-trusted-cert",
    "SSL_CERT_FILE",
    "http.sslCAInfo",
    "Android",
    "iOS",
    "Firefox",
  ];
  for (const part of wanted) assertStringIncludes(text, part);
  assertEquals(
    /<script|https?:\/\/(?!127\.0\.0\.1|example\.com)/.test(text),
    false,
  );
});

Deno.test("caPages() says what to do where there is no authority yet", async () => {
  const app = caPages({
    shell: { version: "1", rules: undefined },
    authorityPem: () => Promise.resolve(undefined),
    address: ADDRESS,
  });
  for (const path of ["/ca", "/ca.pem"]) {
    const response = await app.request(path);
    assertEquals(response.status, 404);
    assertStringIncludes(await response.text(), "sluice ca export");
  }
});

Deno.test("pages() has the authority's pages where it is told of one", async () => {
  const client = { ip: "127.0.0.1", port: 1 };
  const options = { version: "1", address: ADDRESS };
  const request = () => new Request(`${ADDRESS}/ca.pem`);
  const authorityPem = () => Promise.resolve("PEM");
  const show = pages({ ...options, authorityPem });
  assertEquals(await (await show(request(), client)).text(), "PEM");
  assertEquals((await pages(options)(request(), client)).status, 404);
});
