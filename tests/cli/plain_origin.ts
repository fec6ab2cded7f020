/** Origins for tests of the program as a process. They live in the test's own. */

import { ScriptedServer } from "../net/loopback.ts";

/** An origin, and the URL of one of its pages. */
export interface Origin extends AsyncDisposable {
  readonly url: string;
}

/** Answers each connection's one request with `body`. */
export function plainOrigin(body = "hello", fields = ""): Origin {
  return origin(
    new ScriptedServer(async (peer) => {
      await peer.head();
      await peer.send(answer(body, fields));
    }),
  );
}

/** An origin that has each request wait for the test. */
export interface WaitingOrigin extends Origin {
  /** Resolves once a request is there. */
  readonly asked: Promise<void>;
  /** Lets every answer go. */
  answer(): void;
}

/** Answers with `body` once the test says so, and not before. */
export function waitingOrigin(body = "hello"): WaitingOrigin {
  const asked = Promise.withResolvers<void>();
  const allowed = Promise.withResolvers<void>();
  const server = new ScriptedServer(async (peer) => {
    await peer.head();
    asked.resolve();
    await allowed.promise;
    await peer.send(answer(body, ""));
  });
  return {
    ...origin(server),
    asked: asked.promise,
    answer: allowed.resolve,
    [Symbol.asyncDispose]: async () => {
      allowed.resolve();
      await server[Symbol.asyncDispose]();
    },
  };
}

function origin(server: ScriptedServer): Origin {
  return {
    url: `http://127.0.0.1:${server.port}/page`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function answer(body: string, fields: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
}
