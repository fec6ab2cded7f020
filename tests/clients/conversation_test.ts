/** The HTTP libraries of other languages, through the proxy. */

import { testWith } from "../requirement.ts";
import { converse } from "./conversation.ts";

testWith(
  ["python3", "openssl"],
  "Python's urllib.request and http.client speak through the proxy",
  () => converse("python3", ["-I"], "exchanges.py"),
);

testWith(
  ["node", "openssl"],
  "Node's http and https speak through the proxy",
  () => converse("node", [], "exchanges.mjs"),
);

testWith(
  ["java", "openssl"],
  "Java's HttpURLConnection and HttpClient speak through the proxy",
  () => converse("java", ["-XX:TieredStopAtLevel=1"], "Exchanges.java"),
);
