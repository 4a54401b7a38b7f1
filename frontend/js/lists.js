// Lists: choose rows for the bulk bar, walk rows by keyboard. The keyboard part can be switched off and stays off.

const SETTING = "shortcuts";

const shortcutsOn = () => localStorage.getItem(SETTING) !== "off";

function refreshBulk(form) {
  const picks = [...form.querySelectorAll("[data-pick]")];
  const chosen = picks.filter((box) => box.checked).length;
  const all = form.querySelector("[data-pick-all]");
  all.checked = chosen > 0 && chosen === picks.length;
  all.indeterminate = chosen > 0 && chosen < picks.length;
  const bar = form.querySelector("[data-bulk-bar]");
  bar.hidden = chosen === 0;
  bar.querySelector("[data-bulk-count]").textContent = chosen;
}

function pickAll(form, checked) {
  for (const box of form.querySelectorAll("[data-pick]")) box.checked = checked;
  refreshBulk(form);
}

function refreshSwitch(button) {
  button.hidden = false;
  button.textContent = shortcutsOn() ? button.dataset.on : button.dataset.off;
}

const rowHandle = (row) => row.querySelector("a[href]") ?? row.querySelector("[data-pick]");

function step(direction) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement.closest("[data-row]"));
  const next = here < 0 ? (direction > 0 ? 0 : rows.length - 1) : here + direction;
  rowHandle(rows[Math.max(0, Math.min(rows.length - 1, next))])?.focus();
}

function toggleRow() {
  const box = document.activeElement.closest("[data-row]")?.querySelector("[data-pick]");
  if (!box) return;
  box.checked = !box.checked;
  refreshBulk(box.form);
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: toggleRow,
  "/": () => document.querySelector("[data-search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !shortcutsOn()) return;
  if (!document.querySelector("[data-list]")) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-bulk]");
  if (!form) return;
  if (event.target.matches("[data-pick-all]")) pickAll(form, event.target.checked);
  else if (event.target.matches("[data-pick]")) refreshBulk(form);
});

document.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-bulk-clear]");
  if (clear) {
    pickAll(clear.form, false);
    clear.form.querySelector("[data-pick-all]").focus();
  }
  const toggle = event.target.closest("[data-shortcuts-switch]");
  if (toggle) {
    localStorage.setItem(SETTING, shortcutsOn() ? "off" : "on");
    refreshSwitch(toggle);
  }
});

const refresh = () => document.querySelectorAll("form[data-bulk]").forEach(refreshBulk);
document.querySelectorAll("[data-shortcuts-switch]").forEach(refreshSwitch);
document.addEventListener("htmx:afterSettle", refresh);
window.addEventListener("pageshow", refresh);
refresh();
