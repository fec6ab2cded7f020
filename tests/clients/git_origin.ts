/**
 * A Git repository as an origin, in both ways that Git has: as files that `git
 * update-server-info` has prepared (under /files/), and by Git's own CGI program, which
 * also takes pushes (under /smart/).
 */

import { join, normalize } from "@std/path";
import { succeed } from "./strangers.ts";

/**
 * The handler for the repositories in `root`.
 *
 * @param root The folder that holds them.
 */
export function gitHandler(
  root: string,
): (request: Request) => Promise<Response> {
  return (request) => {
    const { pathname, search } = new URL(request.url);
    const path = normalize(pathname);
    if (path.startsWith("/files/")) return file(join(root, path.slice(7)));
    return cgi(root, path.slice("/smart".length), search.slice(1), request);
  };
}

async function file(path: string): Promise<Response> {
  try {
    return new Response(await Deno.readFile(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return new Response("no such file\n", { status: 404 });
  }
}

/** One request by `git http-backend` (RFC 3875). */
async function cgi(
  root: string,
  path: string,
  query: string,
  request: Request,
): Promise<Response> {
  const { headers, method } = request;
  const { stdout } = await succeed("git", ["http-backend"], {
    env: {
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      REMOTE_USER: "someone",
      REQUEST_METHOD: method,
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: headers.get("content-type") ?? "",
      HTTP_CONTENT_ENCODING: headers.get("content-encoding") ?? "",
      HTTP_GIT_PROTOCOL: headers.get("git-protocol") ?? "",
    },
    stdin: new Uint8Array(await request.arrayBuffer()),
  });
  return cgiResponse(stdout);
}

function cgiResponse(output: Uint8Array<ArrayBuffer>): Response {
  const text = new TextDecoder("latin1").decode(output.subarray(0, 4096));
  const end = text.indexOf("\r\n\r\n");
  const fields = text.slice(0, end).split("\r\n").map((line) => {
    const [name = "", value = ""] = line.split(": ");
    return [name, value] as [string, string];
  });
  const headers = new Headers(fields);
  const status = Number(headers.get("status")?.slice(0, 3) ?? 200);
  headers.delete("status");
  return new Response(output.subarray(end + 4), { status, headers });
}
