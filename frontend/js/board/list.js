// The same items as a list: day by day, each with what is wrong with it and the ways out. Read and walked like any list.

import { say } from "./words.js";
import { badge, byId, piece, slot } from "./dom.js";
import { chosen, conflictsOf, editable, here, ofDay, state } from "./store.js";
import { groupsText, worst } from "./cards.js";
import { putFixes } from "./fixes.js";
import { duration } from "./time.js";

export const list = byId("board-list");
let drawn = "";

export const rowOf = (uid) => list.querySelector(`[data-uid="${uid}"]`);

export function drawList(days) {
  const key = JSON.stringify([editable(), state.conflicts, days.map((day) => [day.label, day.holiday, day.km, ofDay(day.date).map((one) => [one.uid, one.version, one.time, one.waiting])])]);
  if (key !== drawn) rebuild(days, key);
  for (const row of list.querySelectorAll("[data-uid]")) row.setAttribute("aria-pressed", String(chosen.has(row.dataset.uid)));
  for (const uid of here.fresh) rowOf(uid)?.closest("li").classList.add("flash");
  here.fresh = new Set();
}

// The keyboard stays at its item; a way out that was taken is gone, then its item is the next best place.
function rebuild(days, key) {
  drawn = key;
  const focused = list.contains(document.activeElement) && document.activeElement.closest("[data-item]")?.dataset.item;
  list.replaceChildren(...days.map(section));
  if (focused) (rowOf(focused) ?? list.querySelector("[data-uid]") ?? list).focus({ preventScroll: true });
}

function section(day) {
  const items = ofDay(day.date);
  const root = piece("list-day", { label: day.label, holiday: [day.holiday, day.number ? "" : say("outside")].filter(Boolean).join(" · "), facts: day.km ? `${day.km}\u00a0km` : "" });
  root.dataset.date = day.date;
  const ofTheDay = state.conflicts.filter((one) => one.date === day.date && !one.uids.length);
  slot(root, "problems").replaceChildren(...ofTheDay.map(problem));
  slot(root, "items").replaceChildren(...items.map(row));
  slot(root, "none").hidden = items.length > 0;
  return root;
}

function row(one) {
  const root = piece("list-row", { time: one.time, title: one.title, facts: [one.kind_label, duration(one.minutes), one.detail || groupsText(one)].filter(Boolean).join(" · ") });
  root.dataset.item = one.uid;
  root.classList.add(`kind-${one.css_kind}`);
  root.classList.toggle("waiting", Boolean(one.waiting));
  root.classList.toggle("planner-only", one.planner_only);
  const found = conflictsOf(one.uid);
  const first = worst(found);
  if (first) root.classList.add(first.severity === "error" ? "has-error" : "has-warning");
  slot(root, "go").dataset.uid = one.uid;
  slot(root, "flags").replaceChildren(...flags(one));
  slot(root, "problems").replaceChildren(...found.map(problem));
  return root;
}

function flags(one) {
  const marks = [one.host, one.change].filter(Boolean).map((mark) => badge(mark.label, mark.tone));
  if (one.planner_only) marks.push(badge(say("plannerOnly")));
  if (one.estimated) marks.push(badge(say("estimated"), "warn"));
  return marks;
}

function problem(one) {
  const root = piece("list-problem", { size: say(one.severity === "error" ? "error" : "warning"), message: one.message, why: one.why });
  root.classList.add(one.severity === "error" ? "bad" : "warn");
  putFixes(slot(root, "fixes"), one);
  return root;
}
