import {
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  defaultSettings,
  OptionError,
  type ResolvedSettings,
  resolveSettings,
  type SettingsInput,
} from "../src/config.ts";
import {
  environmentName,
  isTakenFrom,
  type Source,
} from "../src/config/option.ts";
import { OPTIONS } from "../src/config/options.ts";

function resolve(input: Partial<SettingsInput> = {}): ResolvedSettings {
  return resolveSettings({
    args: [],
    env: {},
    readConfigFile: () => "{}",
    isTerminal: false,
    ...input,
  });
}

function refusal(input: Partial<SettingsInput>): string {
  return assertThrows(() => resolve(input), OptionError).message;
}

Deno.test("defaultSettings() are the documented defaults", () => {
  assertEquals(defaultSettings(), {
    host: "127.0.0.1",
    port: 8080,
    dataDir: "./data",
    open: false,
    authPath: undefined,
    allowClients: [],
    connectPorts: [{ first: 1, last: 65535 }],
    privateAddresses: "allow",
    allowAddresses: [],
    adminHosts: [],
    tls: undefined,
    headTimeoutMs: 10_000,
    idleTimeoutMs: 60_000,
    poolIdleTimeoutMs: 30_000,
    connectTimeoutMs: 10_000,
    responseTimeoutMs: 60_000,
    tunnelIdleTimeoutMs: 300_000,
    drainTimeoutMs: 30_000,
    maxConnections: 4096,
    maxConnectionsPerClient: 256,
    upstream: undefined,
    noProxy: [],
    upstreamCaPath: undefined,
    insecureHosts: [],
    interceptHosts: [],
    interceptExceptions: [],
    ownCa: undefined,
    caNames: [],
    clientRate: undefined,
    block: [],
    allow: [],
    blockFiles: [],
    blockStatus: 403,
    blockPagePath: undefined,
    rulesPath: "./rules",
    ruleTimeoutMs: 1000,
    rulesAllowNet: [],
    rulesAllowRead: [],
    skipBrokenRules: false,
    kvPath: "data/kv.sqlite3",
    cache: true,
    cacheMemoryBytes: 64 * 1024 ** 2,
    cacheDiskBytes: 1024 ** 3,
    cacheMaxObjectBytes: 8 * 1024 ** 2,
    cacheDefaultTtlMs: 0,
    logFormat: "json",
    logFile: "data/access.log",
    logMaxBytes: 50 * 1024 ** 2,
    logKeep: 5,
    logLevel: "info",
    logQuery: true,
    statistics: true,
  });
});

Deno.test("resolveSettings() has defaults that depend on terminal and data", () => {
  const { settings } = resolve({
    args: ["--data", "/var/s"],
    isTerminal: true,
  });
  assertEquals(settings.logFormat, "pretty");
  assertEquals(settings.logFile, "/var/s/access.log");
});

Deno.test("resolveSettings() takes a flag over environment over file over default", () => {
  const layers = {
    args: ["--config", "s.json", "--port", "4"],
    env: { SLUICE_PORT: "3", SLUICE_LOG_KEEP: "3" },
    readConfigFile: () => '{ "port": 2, "log-keep": 2, "max-connections": 2 }',
  };
  const { settings, sources } = resolve(layers);
  assertEquals(
    [settings.port, settings.logKeep, settings.maxConnections],
    [4, 3, 2],
  );
  assertEquals(sources["port"], "flag");
  assertEquals(sources["log-keep"], "environment");
  assertEquals(sources["max-connections"], "file");
  assertEquals(sources["host"], "default");
});

// Invariant: whatever layers give an option, the highest that does wins, and
// is what its source says.
Deno.test("resolveSettings() obeys precedence for every combination of layers", () => {
  for (let layers = 0; layers < 8; layers++) {
    const has = (bit: number) => (layers & bit) !== 0;
    const { settings, sources } = resolve({
      args: ["--config=s.json", ...(has(4) ? ["--log-keep=4"] : [])],
      env: has(2) ? { SLUICE_LOG_KEEP: "2" } : {},
      readConfigFile: () => has(1) ? '{ "log-keep": 1 }' : "{}",
    });
    const [keep, source] = expectedKeep(has);
    assertStrictEquals(settings.logKeep, keep, `layers ${layers}`);
    assertStrictEquals(sources["log-keep"], source, `layers ${layers}`);
  }
});

function expectedKeep(has: (bit: number) => boolean): [number, Source] {
  if (has(4)) return [4, "flag"];
  if (has(2)) return [2, "environment"];
  return has(1) ? [1, "file"] : [5, "default"];
}

// Invariant: an option can be written in three places with the same effect.
Deno.test("resolveSettings() reads every option from flag, environment and file alike", () => {
  const texts: Record<string, string> = {
    host: "127.0.0.9",
    port: "1",
    open: "true",
    "allow-client": "10.0.0.0/8,::1",
    "connect-ports": "443,8000-8999",
    "private-addresses": "deny",
    "allow-address": "10.0.0.7",
    "admin-host": "a.example,b.example",
    upstream: "http://a.example",
    "no-proxy": "*.example,10.0.0.0/8",
    "rules-allow-net": "a.example:443,[::1]:8080",
    "skip-broken-rules": "true",
    "rate-limit": "100/10s",
    block: ".ads.example,*.exe",
    allow: "10.0.0.0/8",
    "block-status": "451",
    cache: "false",
    "cache-memory": "2MiB",
    "cache-disk": "2MiB",
    "cache-max-object": "2MiB",
    "cache-default-ttl": "7s",
    "log-format": "common",
    "log-max-size": "2MB",
    "log-keep": "1",
    "log-level": "debug",
    "log-query": "off",
    statistics: "off",
    "max-connections": "2",
    "max-connections-per-client": "2",
    "tls-cert": "f.pem",
    "tls-key": "f.pem",
    "insecure-upstream": "a.example,b.example",
    intercept: "*.example",
    "no-intercept": ".bank.example",
    "ca-cert": "f.pem",
    "ca-key": "f.pem",
    "ca-name-constraints": "example,10.0.0.0/8",
  };
  const pairs: Record<string, Record<string, string>> = {
    tls: { "tls-cert": "f.pem", "tls-key": "f.pem" },
    ca: { "ca-cert": "f.pem", "ca-key": "f.pem" },
  };
  for (const option of Object.values(OPTIONS)) {
    const { name } = option;
    const fallback = name.endsWith("timeout") ? "7s" : "./some/path";
    const [, pair = ""] = /^(tls|ca)-(?:cert|key)$/.exec(name) ?? [];
    const given = pairs[pair] ?? { [name]: texts[name] ?? fallback };
    assertEquals(isTakenFrom(option, "file"), true);
    const byFlag = resolve({
      args: Object.entries(given).map(([key, text]) => `--${key}=${text}`),
    });
    const byEnvironment = resolve({ env: asVariables(given) });
    const byFile = resolve({
      args: ["--config", "s.json"],
      readConfigFile: () => JSON.stringify(given),
    });
    assertEquals(byEnvironment.settings, byFlag.settings, name);
    assertEquals(byFile.settings, byFlag.settings, name);
    assertEquals(
      [byFlag, byEnvironment, byFile].map(({ sources }) => sources[name]),
      ["flag", "environment", "file"],
    );
    const isDefault = Deno.inspect(byFlag.settings) ===
      Deno.inspect(defaultSettings());
    assertEquals(isDefault, false, name);
  }
});

function asVariables(given: Record<string, string>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const option of Object.values(OPTIONS)) {
    const text = given[option.name];
    if (text !== undefined) variables[environmentName(option)] = text;
  }
  return variables;
}

Deno.test("resolveSettings() has a source for every option that makes a setting", () => {
  assertEquals(
    Object.keys(resolve().sources).sort(),
    Object.values(OPTIONS).map(({ name }) => name).sort(),
  );
});

Deno.test("resolveSettings() names the place of a value that does not fit", () => {
  const wants = "wants a whole number from 0 to 65535";
  assertEquals(
    refusal({ args: ["--port", "abc"] }),
    `--port: got "abc", ${wants}`,
  );
  assertEquals(
    refusal({ env: { SLUICE_PORT: "abc" } }),
    `SLUICE_PORT: got "abc", ${wants}`,
  );
  assertEquals(
    refusal({
      env: { SLUICE_CONFIG: "s.json" },
      readConfigFile: () => '{ "port": 70000 }',
    }),
    `"port" in s.json: got "70000", ${wants}`,
  );
});

Deno.test("resolveSettings() reads the config file of flag before environment", () => {
  const read: string[] = [];
  resolve({
    args: ["--config", "flag.json"],
    env: { SLUICE_CONFIG: "environment.json" },
    readConfigFile: (path) => {
      read.push(path);
      return "{}";
    },
  });
  assertEquals(read, ["flag.json"]);
});

Deno.test("resolveSettings() reads no file unless one is named", () => {
  resolve({
    readConfigFile: () => {
      throw new Error("unexpected read");
    },
  });
});

Deno.test("resolveSettings() tells why a config file cannot be read", () => {
  const cause = new Deno.errors.NotFound("No such file");
  const error = assertThrows(() =>
    resolve({
      args: ["--config", "s.json"],
      readConfigFile: () => {
        throw cause;
      },
    }), OptionError);
  assertEquals(
    error.message,
    '--config: got "s.json", wants a JSON or JSONC file that can be read ' +
      "(No such file)",
  );
  assertStrictEquals(error.cause, cause);
});

Deno.test("resolveSettings() refuses to listen beyond loopback for nobody in particular", () => {
  assertEquals(
    refusal({ args: ["--host", "0.0.0.0"] }),
    '--host: got "0.0.0.0", wants 127.0.0.1, ::1, localhost or another ' +
      "loopback address (beyond loopback say whom to serve: --auth-file FILE " +
      "for users with passwords, --allow-client CIDR for some addresses, or " +
      "--open for whoever comes)",
  );
  for (const host of ["::", "192.168.0.1", "proxy.example"]) {
    const message = refusal({ env: { SLUICE_HOST: host } });
    assertEquals(message.startsWith(`SLUICE_HOST: got "${host}"`), true);
    const waysOut = ["--open", "--auth-file=users", "--allow-client=10.0.0.7"];
    for (const way of waysOut) {
      const { settings } = resolve({ args: ["--host", host, way] });
      assertEquals(settings.host, host);
    }
  }
  refusal({ args: ["--host=0.0.0.0", "--no-open"], env: { SLUICE_OPEN: "1" } });
});

Deno.test("resolveSettings() listens on any loopback address as it is", () => {
  for (const host of ["127.0.0.2", "::1", "localhost"]) {
    assertEquals(resolve({ args: ["--host", host] }).settings.host, host);
  }
});

Deno.test("resolveSettings() is strict beyond loopback unless told otherwise", () => {
  const beyond = ["--host", "0.0.0.0", "--open"];
  const strict = resolve({ args: beyond }).settings;
  assertEquals(strict.connectPorts, [{ first: 443, last: 443 }]);
  assertEquals(strict.privateAddresses, "deny");
  const told = resolve({
    args: [...beyond, "--connect-ports=any", "--private-addresses=allow"],
  }).settings;
  assertEquals(told.connectPorts, [{ first: 1, last: 65535 }]);
  assertEquals(told.privateAddresses, "allow");
  const { settings } = resolve({ env: { SLUICE_HOST: "::1" } });
  assertEquals(settings.privateAddresses, "allow");
});

Deno.test("resolveSettings() refuses ranges and ports that are none", () => {
  for (const name of ["--allow-client", "--allow-address"]) {
    for (const text of ["10.0.0.0/33", "10.1", "example.com", "::1%lo"]) {
      assertEquals(
        refusal({ args: [`${name}=10.0.0.0/8,${text}`] }),
        `${name}: got "${text}", wants IP addresses or CIDR blocks, such as 10.0.0.0/8`,
      );
    }
  }
  refusal({ args: ["--connect-ports", "443,https"] });
  refusal({ args: ["--private-addresses", "none"] });
});

Deno.test("resolveSettings() takes a certificate and its key together", () => {
  assertEquals(
    resolve({
      args: ["--tls-cert", "c.pem"],
      env: { SLUICE_TLS_KEY: "k.pem" },
    }).settings.tls,
    { certPath: "c.pem", keyPath: "k.pem" },
  );
  assertEquals(
    refusal({ args: ["--tls-cert", "c.pem"] }),
    "--tls-key: got nothing, wants the path of a PEM private key " +
      "(--tls-cert takes both or neither)",
  );
  assertEquals(
    refusal({ env: { SLUICE_TLS_KEY: "k.pem" } }),
    "--tls-cert: got nothing, wants the path of a PEM certificate chain " +
      "(SLUICE_TLS_KEY takes both or neither)",
  );
});

Deno.test("resolveSettings() turns the log file off", () => {
  assertEquals(
    resolve({ args: ["--log-file", "off"] }).settings.logFile,
    undefined,
  );
});

Deno.test("resolveSettings() reads whom to intercept, and with which authority", () => {
  const args = "--intercept *.Example.com,b.test --intercept .c.test " +
    "--no-intercept=bank.c.test --ca-cert c.pem --ca-key k.pem " +
    "--insecure-upstream Old.test";
  const { settings } = resolve({ args: args.split(" ") });
  assertEquals(settings.interceptHosts, [
    "*.example.com",
    "b.test",
    ".c.test",
  ]);
  assertEquals(settings.interceptExceptions, ["bank.c.test"]);
  assertEquals(settings.ownCa, { certPath: "c.pem", keyPath: "k.pem" });
  assertEquals(settings.insecureHosts, ["old.test"]);
});

Deno.test("resolveSettings() refuses half an authority, and one that is to be bound anew", () => {
  assertStringIncludes(
    refusal({ args: ["--ca-key", "k.pem"] }),
    "--ca-cert: got nothing, wants the path of a PEM file",
  );
  const own = ["--ca-cert", "c.pem", "--ca-key", "k.pem"];
  assertStringIncludes(
    refusal({ args: [...own, "--ca-name-constraints", "a.test"] }),
    '--ca-name-constraints: got "a.test", wants not to be given with --ca-cert',
  );
});

Deno.test("resolveSettings() leaves no certificates unverified but those of named hosts", () => {
  for (const host of ["*", "*.test", "a.test:443"]) {
    assertStringIncludes(
      refusal({ args: [`--insecure-upstream=${host}`] }),
      "wants a host name or an IP address",
      host,
    );
  }
});

Deno.test("resolveSettings() tells what stands for each value", () => {
  const { texts } = resolveSettings({
    args: ["--head-timeout", "1m"],
    env: {},
    readConfigFile: () => "{}",
    isTerminal: true,
  });
  assertEquals(texts["head-timeout"], "1m");
  assertEquals(texts["log-format"], "pretty");
  assertEquals(texts["idle-timeout"], "60s");
  assertEquals(texts["auth-file"], undefined);
});
