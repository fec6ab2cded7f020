/**
 * Where all is kept that outlives the process.
 * These are the options of "Other" in the help; option.ts says what an entry is.
 */

import { join } from "@std/path";
import { path } from "./kind.ts";
import type { Option } from "./option.ts";

/** The options of "Other", by their field in Settings. */
export const DATA_OPTIONS = {
  dataDir: {
    name: "data",
    group: "Other",
    kind: path("the path of a folder"),
    default: "./data",
    placeholder: "DIR",
    description: "folder for logs and everything else that is kept",
  },
  kvPath: {
    name: "kv",
    group: "Other",
    kind: path("the path of a Deno KV file, or the URL of a KV Connect server"),
    default: ({ dataDir }) => join(dataDir, "kv.sqlite3"),
    defaultText: "kv.sqlite3 in --data",
    placeholder: "FILE",
    description: "Deno KV file, or KV Connect URL, for what rules remember",
  },
} satisfies Record<string, Option>;
