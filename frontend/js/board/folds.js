// Panels that fold. On a narrow window one of them is open at a time, above the days; on a wide one each stands beside them
// or makes room: many days side by side need it.

import { byId } from "./dom.js";
import { changed, onChange, set, settings, state } from "./store.js";

const FEW_DAYS = 3;
const root = byId("board");
const buttons = [...root.querySelectorAll("[data-panel]")];
const wide = matchMedia("(width >= 1100px)");
// What is wrong and what is chosen stand in one column.
const COLUMN = { pool: "pool", problems: "side", panel: "side" };

const manyDays = () => settings.view === "week" && state.days.length > FEW_DAYS;
const beside = (column) => settings[column] ?? (column === "side" || !manyDays());

// On a narrow window the details of an item of the list would be opened far above it: there they are shown at once.
export function showDetails() {
  if (wide.matches) return;
  unfold("panel");
  byId("board-chosen").scrollIntoView({ block: "start" });
}

// `pool`, `problems` or `panel`; `toggle`: the same again closes it.
export function unfold(name, { toggle = false } = {}) {
  if (wide.matches) {
    const open = beside(COLUMN[name]);
    if (toggle || !open) set({ [COLUMN[name]]: !open });
  } else {
    root.dataset.open = toggle && root.dataset.open === name ? "" : name;
  }
  draw();
}

function draw() {
  for (const column of ["pool", "side"]) root.classList.toggle(`no-${column}`, wide.matches && !beside(column));
  for (const button of buttons) {
    const { panel } = button.dataset;
    button.setAttribute("aria-expanded", String(wide.matches ? beside(COLUMN[panel]) : root.dataset.open === panel));
  }
}

for (const button of buttons) button.addEventListener("click", () => unfold(button.dataset.panel, { toggle: true }));
wide.addEventListener("change", changed);
onChange(draw);
