/**
 * Prints a page that it gets through a proxy, trusting whom the runtime trusts. Arguments: proxy
 * host, proxy port, URL.
 */

import { request } from "node:http";
import { get } from "node:https";

const [host, port, url] = process.argv.slice(2);
const authority = new URL(url).host;
request({ host, port, method: "CONNECT", path: authority })
  .on("connect", (_, socket) => {
    const options = { socket, agent: false };
    get(url, options, (response) => response.pipe(process.stdout));
  })
  .end();
