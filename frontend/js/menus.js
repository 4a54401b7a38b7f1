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
