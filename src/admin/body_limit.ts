/**
 * How much of a body is read: each page says what it takes, and what is longer is refused, by
 * its declared length before any of it is read, else as soon as too much has come.
 */

/** A body that is too long. */
export class BodyTooLong extends Error {
  override readonly name = "BodyTooLong";

  constructor(maxBytes: number) {
    super(`the body is too long: at most ${maxBytes} bytes are taken here`);
  }
}

/**
 * The request, whose body ends with an error when more than `maxBytes` come.
 *
 * @throws {BodyTooLong} when it says that more will come.
 */
export function limitBody(request: Request, maxBytes: number): Request {
  if (request.body === null) return request;
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) throw new BodyTooLong(maxBytes);
  const body = limited(request.body.getReader(), maxBytes);
  return new Request(request, { body });
}

function limited(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      bytes += value.length;
      if (bytes > maxBytes) throw new BodyTooLong(maxBytes);
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
    // Nothing is read ahead of who asks.
  }, { highWaterMark: 0 });
}
