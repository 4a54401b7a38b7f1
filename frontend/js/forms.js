// Forms: say what is wrong first, never send twice.

const FORGET_AFTER = 15_000;

function focusFirst(root) {
  const target = root.querySelector("[data-focus]") ?? root.querySelector("[data-focus-safe]");
  target?.focus();
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll(".busy")) {
    button.classList.remove("busy");
    button.removeAttribute("aria-disabled");
  }
}

// A group of radios has no control of its own name: a link to it goes to its first choice.
function followErrorLink(event) {
  const link = event.target.closest?.('[data-focus] a[href^="#"]');
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!target) return;
  event.preventDefault();
  const control = target.matches("fieldset, div") ? target.querySelector("input, select, textarea") : target;
  control?.focus();
  target.scrollIntoView({ block: "center" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "repeatable" in form.dataset || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Not `disabled`: the button's own name and value travel with the form, and a reader keeps its place.
  event.submitter?.classList.add("busy");
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), FORGET_AFTER);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});
document.addEventListener("click", followErrorLink);
document.addEventListener("htmx:afterSettle", (event) => {
  const summary = event.target.matches?.("[data-focus]") ? event.target : event.target.querySelector?.("[data-focus]");
  summary?.focus();
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
focusFirst(document);
