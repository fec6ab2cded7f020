/**
 * Makes what is shown what it should be, and keeps every node that can stay: a focus, a
 * selection, a scrolled table stay where they are.
 */

/** What a reader or another script has set is not the page's to take back. */
const KEPT_ATTRIBUTES = new Set(["hidden", "open"]);

/**
 * Makes the children of `shown` those of `wanted`. Elements with a `data-key` stay the same
 * element, and as they are where `wanted` says `data-same`; others stay where their kind and
 * place are the same.
 *
 * @param {Node} shown
 * @param {Node} wanted Is used up.
 */
export function morphChildren(shown, wanted) {
  const keyed = dropOthers(shown, wanted);
  let at = shown.firstChild;
  for (const want of [...wanted.childNodes]) {
    const have = keyed.get(want.dataset?.key) ??
      (at !== null && isSame(at, want) ? at : undefined);
    const isLeft = want.dataset?.same !== undefined;
    if (have === undefined) {
      if (!isLeft) shown.insertBefore(want, at);
      continue;
    }
    if (have === at) at = at.nextSibling;
    else shown.insertBefore(have, at);
    if (!isLeft) morph(have, want);
  }
  while (at !== null) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Drops what has a key and is not wanted any more. Returns what has one and stays. */
function dropOthers(shown, wanted) {
  const keys = new Set(
    [...wanted.childNodes].map(({ dataset }) => dataset?.key),
  );
  const keyed = new Map();
  for (const node of [...shown.childNodes]) {
    const key = node.dataset?.key;
    if (key === undefined) continue;
    if (keys.has(key)) keyed.set(key, node);
    else node.remove();
  }
  return keyed;
}

function isSame(a, b) {
  return a.nodeName === b.nodeName && a.dataset?.key === undefined &&
    b.dataset?.key === undefined;
}

function morph(shown, wanted) {
  if (!(shown instanceof Element)) {
    if (shown.nodeValue !== wanted.nodeValue) {
      shown.nodeValue = wanted.nodeValue;
    }
    return;
  }
  if (shown.isEqualNode(wanted)) return;
  for (const { name } of [...shown.attributes]) {
    if (!wanted.hasAttribute(name) && !KEPT_ATTRIBUTES.has(name)) {
      shown.removeAttribute(name);
    }
  }
  for (const { name, value } of wanted.attributes) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  }
  morphChildren(shown, wanted);
}
