// Menus are <details>: they work without this file, which only closes them again.

const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
});

// Papers: what the browser's own print command does, where people look for it.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A row of tabs that is wider than the window begins with the one that is open.
for (const row of document.querySelectorAll(".tabs")) {
  const current = row.querySelector("[aria-current]")?.getBoundingClientRect();
  if (current) row.scrollLeft += current.left - row.getBoundingClientRect().left - (row.clientWidth - current.width) / 2;
}
