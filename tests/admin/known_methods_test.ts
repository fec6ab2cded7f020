import { assertEquals } from "@std/assert";
import { KnownMethods } from "../../src/admin/known_methods.ts";

const ROUTES = [
  { method: "ALL", path: "/*" },
  { method: "GET", path: "/" },
  { method: "GET", path: "/why/:id" },
  { method: "ALL", path: "/admin/*" },
  { method: "GET", path: "/admin/logs" },
  { method: "DELETE", path: "/admin/logs" },
  { method: "GET", path: "/admin/logs" },
  { method: "POST", path: "/admin/cache/purge" },
];

Deno.test("KnownMethods tells the methods of a path", () => {
  const known = new KnownMethods(ROUTES);
  const cases: [path: string, methods: string[]][] = [
    ["/", ["GET", "HEAD", "OPTIONS"]],
    ["/why/x", ["GET", "HEAD", "OPTIONS"]],
    ["/admin/logs", ["GET", "HEAD", "DELETE", "OPTIONS"]],
    ["/admin/logs.json", ["GET", "HEAD", "OPTIONS"]],
    ["/admin/cache/purge", ["POST", "OPTIONS"]],
    ["/admin/cache/purge.json", []],
    ["/none", []],
    ["/why/x/y", []],
    ["/none.json", []],
  ];
  for (const [path, methods] of cases) {
    assertEquals(known.of(path), methods, path);
  }
});
