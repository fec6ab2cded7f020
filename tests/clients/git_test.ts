/** git, through the proxy: clones of both kinds, and a push, in the clear and in tunnels. */

import { assert, assertEquals } from "@std/assert";
import { testWith } from "../requirement.ts";
import { content } from "./content_origin.ts";
import { gitHandler } from "./git_origin.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Ended, succeed, TemporaryFolder } from "./strangers.ts";

testWith(["git", "openssl"], "git works through the proxy", async (t) => {
  using root = new TemporaryFolder();
  const head = await makeRepository(root);
  await using stage = await openStage([], gitHandler(root.path));
  const { proxy, plain, secure, folder } = stage;
  const sources: Record<string, string> = {
    "files in the clear": `${plain.url}/files/origin.git`,
    "files in a tunnel": `${secure.url}/files/origin.git`,
    "Git's own protocol in the clear": `${plain.url}/smart/origin.git`,
    "Git's own protocol in a tunnel": `${secure.url}/smart/origin.git`,
  };

  for (const [what, url] of Object.entries(sources)) {
    await t.step(`a clone of ${what}`, async () => {
      const into = folder.file(what.replaceAll(/\W/g, "-"));
      await git(stage, folder.path, "clone", "-q", url, into);
      assertEquals(await headOf(stage, into), head);
      assertEquals(await Deno.readFile(`${into}/large`), content(1_500_000));
    });
  }

  // Past http.postBuffer (1 MiB) a push goes in chunks.
  const pushes = [
    { what: "in the clear", origin: plain, length: 2_000_000 },
    { what: "in a tunnel", origin: secure, length: 3_000_000 },
  ];
  for (const { what, origin, length } of pushes) {
    await t.step(`a push ${what}`, async () => {
      const into = folder.file(`push${length}`);
      const url = `${origin.url}/smart/origin.git`;
      await git(stage, folder.path, "clone", "-q", url, into);
      await Deno.writeFile(`${into}/pushed`, content(length));
      await commit(stage, into);
      await git(stage, into, "push", "-q", "origin", "main");
      assertEquals(
        await headOf(stage, into),
        await headOf(stage, root.file("origin.git")),
      );
    });
  }

  const posted = await proxy.record(({ method, url }) =>
    method === "POST" && url.endsWith("git-receive-pack")
  );
  assertEquals(posted.status, 200);
  assert(
    proxy.records.some(({ method, bytesIn }) =>
      method === "POST" && bytesIn > 2_000_000
    ),
  );
});

/** Makes root/origin.git with one commit. Returns its id. */
async function makeRepository(root: TemporaryFolder): Promise<string> {
  const bare = root.file("origin.git");
  const work = root.file("work");
  await bareGit(root.path, "init", "-q", "-b", "main", work);
  await root.write("work/large", content(1_500_000));
  await root.write("work/read.me", "read me\n");
  await bareGit(work, "add", ".");
  await bareGit(work, "commit", "-q", "-m", "First");
  await bareGit(root.path, "clone", "-q", "--bare", work, bare);
  await bareGit(bare, "update-server-info");
  return (await bareGit(bare, "rev-parse", "HEAD")).text;
}

async function commit(stage: Stage, folder: string): Promise<void> {
  await git(stage, folder, "add", ".");
  await git(stage, folder, "commit", "-q", "-m", "More");
}

async function headOf(stage: Stage, folder: string): Promise<string> {
  return (await git(stage, folder, "rev-parse", "HEAD")).text;
}

function git(
  { proxy, certificate }: Stage,
  cwd: string,
  ...args: string[]
): Promise<Ended> {
  return bareGit(
    cwd,
    ...["-c", `http.proxy=${proxy.url}`],
    ...["-c", `http.sslCAInfo=${certificate.certPath}`],
    ...args,
  );
}

/** Git without the settings of the machine and of the user. */
function bareGit(cwd: string, ...args: string[]): Promise<Ended> {
  const env = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "someone",
    GIT_AUTHOR_EMAIL: "someone@example.com",
    GIT_COMMITTER_NAME: "someone",
    GIT_COMMITTER_EMAIL: "someone@example.com",
  };
  return succeed("git", ["-c", "safe.directory=*", ...args], { cwd, env });
}
