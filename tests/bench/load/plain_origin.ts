/**
 * The origin where nginx isn't installed: serves the files of one folder with
 * keep-alive, at the root with `no-store`, under `/max-age/` to be stored, under
 * `/silent/` without a word about caches. Bodies of up to 1 MiB come from memory.
 *
 * Run: deno run --allow-net --allow-read plain_origin.ts FOLDER
 */

/** What each folder of the URL says of caches. */
const SAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": { "cache-control": "no-store" },
  "max-age": { "cache-control": "max-age=3600" },
  "silent": {},
};
const MEMORY_BYTES = 1024 * 1024;

async function serveFile(
  folder: string,
  url: string,
  kept: Map<string, Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const [name = "", says = ""] = new URL(url).pathname.split("/").toReversed();
  const headers = { ...SAYS[says], "content-type": "application/octet-stream" };
  const body = kept.get(name);
  if (body !== undefined) return new Response(body, { headers });
  const file = await Deno.open(`${folder}/${name}`);
  const { size } = await file.stat();
  return new Response(file.readable, {
    headers: { ...headers, "content-length": `${size}` },
  });
}

if (import.meta.main) {
  const [folder = "."] = Deno.args;
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  for await (const { name } of Deno.readDir(folder)) {
    const { size } = await Deno.stat(`${folder}/${name}`);
    if (size > MEMORY_BYTES) continue;
    kept.set(name, await Deno.readFile(`${folder}/${name}`));
  }
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`listening on 127.0.0.1:${port}`),
  }, (request) => serveFile(folder, request.url, kept));
}
