/**
 * Makes what is shown what it should be, and keeps every node that can stay: a focus, a
 * selection, a scrolled table stay where they are.
 */

/** What a reader or another script has set is not the page's to take back. */
const KEPT_ATTRIBUTES = new Set(["hidden", "open"]);

/**
 * Makes the children of `shown` those of `wanted`. Elements with a `data-key` stay the same
 * element; others stay where their kind and place are the same.
 *
 * @param {Node} shown
 * @param {Node} wanted Is used up.
 */
export function morphChildren(shown, wanted) {
  let at = shown.firstChild;
  for (const want of [...wanted.childNodes]) {
    if (at !== null && isSame(at, want)) {
      morph(at, want);
      at = at.nextSibling;
    } else {
      shown.insertBefore(want, at);
    }
  }
  while (at !== null) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function isSame(a, b) {
  return a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key;
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
