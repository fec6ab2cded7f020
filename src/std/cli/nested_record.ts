/**
 * Records in records, addressed by a name with dots: `a.b` is the key `b` in
 * the record at `a`. Only own keys count, so that no name on a command line
 * reaches a prototype.
 */

/** A record whose values may be records of the same kind. */
export type NestedRecord = Record<string, unknown>;

/** Says whether there is a value at a dotted name. */
export function hasNested(record: NestedRecord, name: string): boolean {
  let found: unknown = record;
  for (const key of name.split(".")) {
    if (!isRecord(found) || !Object.hasOwn(found, key)) return false;
    found = found[key];
  }
  return true;
}

/**
 * Puts a value at a dotted name, in place of what is there; records on the way
 * are made.
 *
 * @throws {TypeError} If something on the way is no record.
 */
export function setNested(
  record: NestedRecord,
  name: string,
  value: unknown,
): void {
  const { parent, key } = locate(record, name);
  define(parent, key, value);
}

/**
 * Adds a value to the list at a dotted name; what is there and is no list
 * becomes the first element, unless it is falsy.
 *
 * @throws {TypeError} If something on the way is no record.
 */
export function addNested(
  record: NestedRecord,
  name: string,
  value: unknown,
): void {
  const { parent, key } = locate(record, name);
  const present = Object.hasOwn(parent, key) ? parent[key] : undefined;
  if (Array.isArray(present)) present.push(value);
  else define(parent, key, present ? [present, value] : [value]);
}

function locate(
  record: NestedRecord,
  name: string,
): { parent: NestedRecord; key: string } {
  const keys = name.split(".");
  const key = keys.pop() ?? name;
  return { parent: keys.reduce(enter, record), key };
}

function enter(record: NestedRecord, key: string): NestedRecord {
  const present = Object.hasOwn(record, key) ? record[key] : undefined;
  if (isRecord(present)) return present;
  if (present !== undefined && present !== null) {
    throw new TypeError(`Cannot set a value in "${key}": it is no record`);
  }
  const made: NestedRecord = {};
  define(record, key, made);
  return made;
}

/** Defines rather than assigns, so that `__proto__` is a key like others. */
function define(record: NestedRecord, key: string, value: unknown): void {
  Object.defineProperty(record, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function isRecord(value: unknown): value is NestedRecord {
  return typeof value === "object" && value !== null;
}
