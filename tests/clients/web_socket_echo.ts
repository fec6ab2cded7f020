/** Answers a request for WebSocket, and each message with itself. */
export function answerEcho(request: Request): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = ({ data }) => socket.send(data);
  return response;
}
