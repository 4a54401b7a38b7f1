// The problems of the whole program, worst first: each leads to its card and brings its ways out.

import { say } from "./words.js";
import { byId, fill, piece, slot } from "./dom.js";
import { chosen, choose, editable, item, onChange, state } from "./store.js";
import { reveal } from "./grid.js";
import { putFixes } from "./fixes.js";

const MOST = 60;
const list = byId("problem-list");
let drawn = "";

export function jump(conflict) {
  const uids = conflict.uids.filter((uid) => item(uid));
  if (!uids.length) return;
  choose(uids);
  const placed = uids.find((uid) => item(uid).date);
  if (placed) reveal(placed, { focus: true });
}

function problem(one) {
  const root = piece("problem", { size: say(one.severity === "error" ? "error" : "warning"), message: one.message, why: one.why });
  root.classList.add(one.severity === "error" ? "bad" : "warn");
  const go = slot(root, "go");
  if (one.uids.some((uid) => item(uid))) go.addEventListener("click", () => jump(one));
  else go.disabled = true;
  putFixes(slot(root, "fixes"), one);
  root.dataset.key = one.key;
  return root;
}

function draw() {
  const ordered = [...state.conflicts].sort((a, b) => (a.severity === "error" ? 0 : 1) - (b.severity === "error" ? 0 : 1) || rank(b) - rank(a));
  const key = JSON.stringify([ordered, ordered.map((one) => rank(one)), editable()]);
  if (key === drawn) return;
  drawn = key;
  const focused = list.contains(document.activeElement) && document.activeElement.closest("[data-key]")?.dataset.key;
  list.replaceChildren(...ordered.slice(0, MOST).map(problem));
  if (focused) keepFocus(focused);
  const errors = ordered.filter((one) => one.severity === "error").length;
  for (const node of document.querySelectorAll("[data-count=problems]")) {
    node.textContent = ordered.length;
    node.classList.toggle("bad", errors > 0);
  }
  fill(byId("board-problems"), { errors: errors ? say("errors", { n: errors }) : "", rest: ordered.length > MOST ? say("andMore", { n: ordered.length - MOST }) : "" });
  byId("problems-none").hidden = ordered.length > 0;
}

// Those of what is chosen stand first.
const rank = (one) => (one.uids.some((uid) => chosen.has(uid)) ? 1 : 0);

function keepFocus(key) {
  const same = [...list.children].find((one) => one.dataset.key === key) ?? list.firstElementChild;
  (same ? slot(same, "go") : byId("board-problems").querySelector("h2")).focus({ preventScroll: true });
}

let turn = -1;
export function nextProblem() {
  if (!state.conflicts.length) return;
  turn = (turn + 1) % state.conflicts.length;
  jump(state.conflicts[turn]);
}

onChange(draw);
