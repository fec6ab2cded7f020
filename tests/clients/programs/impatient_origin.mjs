/**
 * An origin on Node's http that closes a connection soon after it became idle, and says
 * so. Its first line is its port; each "closed" is a connection.
 */

import http from "node:http";

const IDLE_MS = 20;

const server = http.createServer((request, response) => {
  response.on("close", () => {
    setTimeout(() => server.closeIdleConnections(), IDLE_MS);
  });
  response.end(request.url);
});
server.on("connection", (socket) => {
  socket.on("close", () => console.log("closed"));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
