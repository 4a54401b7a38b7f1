// What is said: aloud for readers, on the screen for everybody, and in strips that stay until they are true no more.

import { byId, fill, piece, slot } from "./dom.js";

const SHOWN_FOR = 9_000;
const spoken = byId("board-spoken");
const toast = byId("board-toast");
let hiding = 0;

// The same words twice are still two announcements.
export function speak(text) {
  spoken.textContent = spoken.textContent === text ? `${text}\u00a0` : text;
}

// `tone` bad stays until the next word: a refusal must be readable in peace.
const SENTENCE = /[.!?…]$/;

export function tell(text, { tone = "ok", notes = [] } = {}) {
  const lines = [text, ...notes].filter(Boolean).map((line) => (SENTENCE.test(line) ? line : `${line}.`));
  if (!lines.length) return;
  toast.className = `board-toast ${tone}`;
  fill(toast, { text: lines[0], notes: lines.slice(1).join(" ") });
  toast.hidden = false;
  clearTimeout(hiding);
  if (tone === "ok") hiding = setTimeout(hush, SHOWN_FOR);
  speak(lines.join(" "));
}

export function hush() {
  toast.hidden = true;
}

slot(toast, "close").addEventListener("click", hush);

export function offline(on) {
  byId("board-offline").hidden = !on;
}

export function signedOut(yes) {
  const strip = byId("board-signed-out");
  if (strip.hidden === yes) strip.hidden = !yes;
}

// Another organizer was first: what they did, so that nobody has to guess.
// A step that cannot be undone any more can be passed over: `skip` goes on with the one before.
export function showTheirs(answer, skip = null) {
  const box = byId("board-theirs");
  slot(box, "skip").hidden = !skip;
  slot(box, "skip").onclick = () => {
    box.hidden = true;
    skip();
  };
  fill(box, { error: answer.error });
  const list = slot(box, "list");
  list.replaceChildren(
    ...(answer.theirs ?? []).map((one) => piece("theirs", { title: one.title, what: one.what, who: one.who, when: one.when })),
  );
  box.hidden = false;
  speak([answer.error, ...(answer.theirs ?? []).map((one) => `${one.title}: ${one.what} · ${one.who} ${one.when}`)].join(" "));
}

slot(byId("board-theirs"), "close").addEventListener("click", () => {
  byId("board-theirs").hidden = true;
});
