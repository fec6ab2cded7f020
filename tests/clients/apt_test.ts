/** apt-get, through the proxy: an index and packages of a small repository of its own. */

import { assert, assertEquals } from "@std/assert";
import { testWith } from "../requirement.ts";
import { content, digest, Origin } from "./content_origin.ts";
import { ProxyProcess } from "./proxy_process.ts";
import { succeed, TemporaryFolder } from "./strangers.ts";

const NAMES = ["sluice-a", "sluice-b", "sluice-c", "sluice-d"];

testWith(
  ["apt-get", "dpkg-deb"],
  "apt-get updates and downloads through the proxy",
  async () => {
    using folder = new TemporaryFolder();
    const repository = await makeRepository(folder);
    await using origin = new Origin((request) =>
      answer(repository, new URL(request.url).pathname)
    );
    await using proxy = await ProxyProcess.start();
    const configuration = await writeConfiguration(
      folder,
      origin.url,
      proxy.url,
    );
    const options = {
      cwd: folder.path,
      env: { APT_CONFIG: configuration, LC_ALL: "C" },
    };
    await succeed("apt-get", ["-q", "update"], options);
    await succeed("apt-get", ["-q", "download", ...NAMES], options);

    for (const name of NAMES) {
      const got = await Deno.readFile(folder.file(`${name}_1.0_all.deb`));
      assertEquals(digest(got), digest(repository.get(`/${name}.deb`)!));
      const record = await proxy.record(({ url }) =>
        url === `${origin.url}/./${name}.deb`
      );
      assertEquals([record.method, record.status], ["GET", 200]);
    }
    assert(proxy.records.some(({ url }) => url.endsWith("/Release")));
  },
);

type Repository = Map<string, Uint8Array<ArrayBuffer>>;

function answer(repository: Repository, path: string): Response {
  const file = repository.get(path);
  if (file === undefined) return new Response("none\n", { status: 404 });
  return new Response(file);
}

/** The files of a flat repository by their path. */
async function makeRepository(folder: TemporaryFolder): Promise<Repository> {
  const repository: Repository = new Map();
  const entries: string[] = [];
  for (const [i, name] of NAMES.entries()) {
    const file = await makePackage(folder, name, 50_000 + i);
    repository.set(`/${name}.deb`, file);
    entries.push(
      `${control(name)}Filename: ./${name}.deb\nSize: ${file.length}\n` +
        `SHA256: ${digest(file)}\n`,
    );
  }
  const index = new TextEncoder().encode(entries.join("\n"));
  repository.set("/Packages", index);
  const release = `Date: ${new Date().toUTCString()}\nSHA256:\n ` +
    `${digest(index)} ${index.length} Packages\n`;
  return repository.set("/Release", new TextEncoder().encode(release));
}

async function makePackage(
  folder: TemporaryFolder,
  name: string,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  await Deno.mkdir(folder.file(`${name}/DEBIAN`), { recursive: true });
  await folder.write(`${name}/DEBIAN/control`, control(name));
  await folder.write(`${name}/${name}`, content(length));
  const path = folder.file(`${name}.deb`);
  const args = ["--root-owner-group", "-Znone", "-b", folder.file(name), path];
  await succeed("dpkg-deb", args);
  return await Deno.readFile(path);
}

function control(name: string): string {
  return `Package: ${name}\nVersion: 1.0\nArchitecture: all\n` +
    `Maintainer: Someone <someone@example.com>\nDescription: nothing\n`;
}

/** Settings by which apt looks at nothing of the system's and changes none of it. */
async function writeConfiguration(
  folder: TemporaryFolder,
  origin: string,
  proxy: string,
): Promise<string> {
  for (const name of ["etc", "state/lists/partial", "cache/archives/partial"]) {
    await Deno.mkdir(folder.file(name), { recursive: true });
  }
  await folder.write("etc/sources.list", `deb [trusted=yes] ${origin} ./\n`);
  await folder.write("state/status", "");
  return await folder.write(
    "apt.conf",
    `Dir::Etc "${folder.file("etc")}";
Dir::State "${folder.file("state")}";
Dir::State::status "${folder.file("state/status")}";
Dir::Cache "${folder.file("cache")}";
Acquire::http::Proxy "${proxy}";
Acquire::Languages "none";
Acquire::Retries "0";
APT::Sandbox::User "";
`,
  );
}
