// Panels that fold on narrow windows: one of them is open at a time, above the days.

import { byId } from "./dom.js";

const root = byId("board");
const buttons = [...root.querySelectorAll("[data-panel]")];

// `pool`, `problems` or `panel`; the same again closes it.
export function unfold(name, { toggle = false } = {}) {
  const next = toggle && root.dataset.open === name ? "" : name;
  root.dataset.open = next;
  for (const button of buttons) button.setAttribute("aria-expanded", String(button.dataset.panel === next));
}

for (const button of buttons) button.addEventListener("click", () => unfold(button.dataset.panel, { toggle: true }));
