/**
 * Exchanges through a proxy with Node's http and https. Arguments: proxy host, proxy
 * port, plain origin, TLS origin, certificate.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import process from "node:process";
import { Readable } from "node:stream";
import tls from "node:tls";

const [host, port, plain, secure, certificate] = process.argv.slice(2);
const body = "a".repeat(200_000);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

await Promise.all([
  ask("get", "GET", "/bytes/200000"),
  ask("large", "GET", "/bytes/5000000"),
  ask("stream", "GET", "/stream/200000"),
  ask("post", "POST", "/digest", body),
  ask("chunked", "POST", "/digest", Readable.from(piecesOf(body))),
  ask("missing", "GET", "/none"),
]);
agent.destroy();
await askSecure("tls-get", "GET", "/bytes/200000");
await askSecure("tls-post", "POST", "/digest", body);

function ask(name, method, path, sent) {
  const headers = typeof sent === "string"
    ? { "Content-Length": sent.length }
    : {};
  const url = plain + path;
  const request = http.request({
    host,
    port,
    agent,
    method,
    path: url,
    headers: { Host: new URL(url).host, ...headers },
  });
  return told(name, request, sent);
}

async function askSecure(name, method, path, sent) {
  const url = new URL(secure + path);
  const tunnel = await connect(url.host);
  const socket = tls.connect({
    socket: tunnel,
    ca: readFileSync(certificate),
    host: url.hostname,
  });
  const agent = new https.Agent();
  agent.createConnection = () => socket;
  const request = https.request(url, { method, agent });
  await told(name, request, sent);
  socket.destroy();
}

function connect(authority) {
  const request = http.request({
    host,
    port,
    method: "CONNECT",
    path: authority,
  });
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("connect", (response, socket) => {
      if (response.statusCode === 200) resolve(socket);
      else reject(new Error(`CONNECT was answered ${response.statusCode}`));
    });
    request.end();
  });
}

function told(name, request, sent) {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      const hash = createHash("sha256");
      response.on("data", (piece) => hash.update(piece));
      response.on("error", reject);
      response.on("end", () => {
        console.log(name, response.statusCode, hash.digest("hex"));
        resolve();
      });
    });
    if (sent instanceof Readable) sent.pipe(request);
    else request.end(sent);
  });
}

function* piecesOf(text) {
  for (let at = 0; at < text.length; at += 999) yield text.slice(at, at + 999);
}
