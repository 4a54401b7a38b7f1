// Pieces of the page: cloned from <template id="piece-…">, filled by their data-slot.

export const byId = (id) => document.getElementById(id);

export function piece(name, texts = {}) {
  const root = byId(`piece-${name}`).content.firstElementChild.cloneNode(true);
  fill(root, texts);
  return root;
}

export const slot = (root, name) => root.querySelector(`[data-slot="${name}"]`);

// An empty text takes its place away, so that no gap is left.
export function fill(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const place = slot(root, name);
    const shown = text ?? "";
    if (place.textContent !== String(shown)) place.textContent = shown;
    place.hidden = shown === "";
  }
}

export function badge(text, tone = "plain") {
  const mark = document.createElement("span");
  mark.className = `badge ${tone}`;
  mark.textContent = text;
  return mark;
}

export function option(value, label, chosen = false) {
  return new Option(label, value, chosen, chosen);
}

// Typing in a field is not a shortcut.
export const isTyping = (target) => Boolean(target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]"));

export function later(wait, work) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(work, wait, ...given);
  };
}
