import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { testWith } from "../requirement.ts";
import { ChildProxy, get } from "./child_proxy.ts";

/** Runs what follows on a terminal of its own, which script(1) makes. Without `exec` a shell could stay in between, and answer a Ctrl-C itself. */
const ON_A_TERMINAL = [
  "sh",
  "-c",
  'exec script -qec "exec $*" /dev/null',
  "sh",
];
/** Keys: Ctrl-U empties the line, which holds a proposal; Ctrl-C is SIGINT. */
const CLEAR = "\x15";
const INTERRUPT = "\x03";
const RULES = fromFileUrl(new URL("../../rules/examples/", import.meta.url));

testWith(
  ["script"],
  "run() asks for another port on a terminal, and serves there",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await using proxy = ChildProxy.spawn(["--port", `${port}`], {
      under: ON_A_TERMINAL,
      stdin: "piped",
    });
    await proxy.stdout.waitFor(
      /the port is taken[^]*Another port \(empty to give up\):/,
    );
    await proxy.type(CLEAR + "x\n");
    await proxy.stdout.waitFor(/"x" is no port[^]*Another port/);
    await proxy.type(CLEAR + "0\n");
    await proxy.stdout.waitFor(/listening on \S+\s/);
    assertMatch(await proxy.exchange(get(`${proxy.address}healthz`)), / 200 /);
    await proxy.stdout.waitFor(/GET .*\/healthz/);
    await proxy.type(INTERRUPT);
    const { code } = await proxy.finished();
    assertEquals(code, 0);
  },
);

testWith(
  ["script"],
  "run() ends with 1 when no other port is wanted",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using proxy = ChildProxy.spawn(["--port", `${listener.addr.port}`], {
      under: ON_A_TERMINAL,
      stdin: "piped",
    });
    await proxy.stdout.waitFor(/Another port/);
    await proxy.type(CLEAR + "\n");
    const { code } = await proxy.finished();
    assertEquals(code, 1);
  },
);

testWith(
  ["script"],
  "run() asks for no permission with those of deno.json, and finds its limit of descriptors",
  async () => {
    await using proxy = ChildProxy.spawn(["--port", "0", "--rules", RULES], {
      under: ON_A_TERMINAL,
      stdin: "piped",
      permissions: ["-P"],
    });
    // A question would stand still until the test is given up.
    await proxy.stdout.waitFor(/listening on \S+\s/);
    await proxy.type(INTERRUPT);
    const { code, stdout } = await proxy.finished();
    assertEquals(code, 0);
    assertNotMatch(stdout, /Deno requests|file descriptors/);
  },
);
