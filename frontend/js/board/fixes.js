// A way out of a problem: one click, or the page where the matter can be settled.

import { piece } from "./dom.js";
import { editable } from "./store.js";
import { send } from "./queue.js";

function fixButton(fix) {
  if (!fix.command && !fix.url) return null;
  const button = piece(fix.command ? "fix" : "fix-link", { label: fix.label });
  if (fix.command) button.addEventListener("click", () => take(fix, button));
  else button.href = fix.url;
  return button;
}

// A second click meant the same; sent twice it would be told that somebody else was first.
async function take(fix, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  await send(() => fix.command);
  button.removeAttribute("aria-disabled");
}

export function putFixes(place, conflict) {
  place.replaceChildren(...(editable() ? conflict.fixes.map(fixButton).filter(Boolean) : []));
  place.hidden = !place.children.length;
}
