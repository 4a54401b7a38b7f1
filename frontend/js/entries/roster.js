// The roll call: a tap shows at once, an answer that was overtaken is dropped, a tap that did not arrive is said so.

const roster = document.getElementById("roster");
const strip = document.querySelector("[data-unsent]");

const lastWord = (root) => Number(root.querySelector("[data-last-word]")?.dataset.lastWord ?? 0);

const wanted = (tick) => tick.value.startsWith("P");

function press(tick, pressed) {
  tick.setAttribute("aria-pressed", String(pressed));
  tick.closest(".person")?.classList.toggle("in", pressed);
}

const tickOf = (event) => event.detail.elt?.closest?.("[data-tick]");
const failed = new Set(["htmx:sendError", "htmx:timeout", "htmx:responseError"]);

roster.addEventListener("htmx:beforeRequest", (event) => {
  const tick = tickOf(event);
  if (tick) press(tick, wanted(tick));
});

// Answers may come in another order than the taps: the newer roster stays.
roster.addEventListener("htmx:beforeSwap", (event) => {
  const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  if (fresh.querySelector("[data-last-word]") && lastWord(fresh) < lastWord(roster)) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSwap", () => {
  strip.hidden = true;
});

for (const name of failed) {
  document.addEventListener(name, (event) => {
    const tick = tickOf(event);
    if (tick) press(tick, !wanted(tick));
    strip.hidden = false;
  });
}
