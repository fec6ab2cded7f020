/**
 * Where a stranger plays: a proxy, an origin in the clear and one over TLS, and a folder
 * for what the program leaves behind.
 */

import { type Certificate, makeCertificate } from "./certificate.ts";
import { Origin, serveContent } from "./content_origin.ts";
import { ProxyProcess } from "./proxy_process.ts";
import { TemporaryFolder } from "./strangers.ts";

/** Everything that one test file needs. Disposing ends all of it. */
export interface Stage extends AsyncDisposable {
  readonly proxy: ProxyProcess;
  readonly plain: Origin;
  readonly secure: Origin;
  readonly certificate: Certificate;
  readonly folder: TemporaryFolder;
}

/**
 * Sets a stage. Needs the program openssl.
 *
 * @param args Further arguments of the proxy, or what makes them of the origin's certificate.
 * @param handler What both origins answer. Default: {@link serveContent}.
 */
export async function openStage(
  args: readonly string[] | ((certificate: Certificate) => readonly string[]) =
    [],
  handler: (request: Request) => Response | Promise<Response> = serveContent,
): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(new TemporaryFolder());
  const certificate = await makeCertificate(folder);
  const plain = stack.use(new Origin(handler));
  const secure = stack.use(new Origin(handler, certificate));
  const given = typeof args === "function" ? args(certificate) : args;
  const proxy = stack.use(await ProxyProcess.start(given));
  const owned = stack.move();
  return {
    proxy,
    plain,
    secure,
    certificate,
    folder,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
