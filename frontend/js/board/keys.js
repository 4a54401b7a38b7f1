// Everything by keyboard: walking from card to card, taking one up and putting it down, letters for the rest.
// The letters can be switched off with the switch every list has.

import { Carry } from "./carry.js";
import { say } from "./words.js";
import { byId, isTyping } from "./dom.js";
import { asList, cardOf, holdsItems, reveal } from "./grid.js";
import { changed, choose, chosen, dayIndex, editable, focusOn, here, item, ofDay, settings, state } from "./store.js";
import { chooseDay, chooseUntil, toggle } from "./choosing.js";
import { draggedFrom, rove, siteById } from "./pool.js";
import { openAdd, openAddAt } from "./adding.js";
import { openTool } from "./tools.js";
import { act } from "./acts.js";
import { toTimes } from "./panel.js";
import { nextProblem } from "./problems.js";
import { redo, undo } from "./queue.js";
import { unfold } from "./folds.js";
import { zoom } from "./bar.js";
import { speak } from "./notice.js";
import { isDragging } from "./drag.js";

const HOUR = 60;
const shortcutsOn = () => localStorage.getItem("shortcuts") !== "off";
let hand = null;

function openHelp() {
  byId("board-help").showModal();
}

const LETTERS = {
  "?": openHelp,
  n: () => openAdd(),
  e: () => chosenOrFocused() && toTimes(),
  d: () => act("duplicate", chosenOrFocused()),
  l: () => openTool("legs"),
  r: () => openTool("retime"),
  s: () => openTool("shift"),
  g: () => openTool("close_gaps"),
  t: () => act("stagger", chosenOrFocused()?.slice(0, 1)),
  p: nextProblem,
  u: undo,
  y: redo,
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  "[": () => walkDay(-1),
  "]": () => walkDay(1),
  "/": () => {
    unfold("pool");
    byId("board-filter").elements.q.focus();
  },
};
const READING = new Set(["?", "p", "+", "=", "-", "[", "]", "/"]);

// What an action is for: the chosen ones, else the card the keyboard is on.
function chosenOrFocused() {
  if (!chosen.size && item(here.focus)) choose([here.focus]);
  return [...chosen];
}

function walkDay(by) {
  const day = state.days[dayIndex(here.day) + by];
  if (!day) return;
  here.day = day.date;
  here.focus = ofDay(day.date)[0]?.uid ?? null;
  changed();
  speak(say("dayCount", { day: day.label, n: ofDay(day.date).length }));
  requestAnimationFrame(() => here.focus && reveal(here.focus, { focus: true }));
}

// From card to card: up and down in the day, left and right to the nearest time of another day.
const STEPS = {
  ArrowDown: (one) => neighbor(one, 1),
  ArrowUp: (one) => neighbor(one, -1),
  ArrowRight: (one) => nearest(one, 1),
  ArrowLeft: (one) => nearest(one, -1),
  Home: (one) => ofDay(one.date)[0],
  End: (one) => ofDay(one.date).at(-1),
};

function neighbor(one, by) {
  const day = ofDay(one.date);
  return day[day.findIndex((other) => other.uid === one.uid) + by];
}

function nearest(one, by) {
  for (let at = dayIndex(one.date) + by; state.days[at]; at += by) {
    const day = ofDay(state.days[at].date);
    if (day.length) return day.reduce((a, b) => (Math.abs(a.start - one.start) <= Math.abs(b.start - one.start) ? a : b));
  }
  return null;
}

function walk(event, uid) {
  const next = STEPS[event.key](item(uid));
  if (!next) return;
  reveal(next.uid, { focus: true });
  if (event.shiftKey) chooseUntil(next.uid);
}

function take(uids, given = {}) {
  if (!editable()) return false;
  hand = new Carry(uids, given);
  hand.draw();
  hand.follow();
  speak(say("taken", { title: uids.length > 1 ? say("several", { n: uids.length }) : (given.news ?? item(uids[0])).title, at: hand.words() }));
  byId("board-hint").hidden = false;
  return true;
}

function takeCard(uid) {
  if (!chosen.has(uid)) choose([uid]);
  const together = [...chosen].filter((one) => item(one)?.date);
  return take(together.includes(uid) ? together : [uid], { first: uid });
}

// From the column without times: to the end of the day somebody looks at.
function takeFromPool(card) {
  if (asList()) return byForm(card);
  const found = draggedFrom(card);
  const day = here.day ?? state.days[0].date;
  const last = ofDay(day).at(-1);
  const start = last ? Math.min(last.start + last.minutes, 23 * HOUR) : 9 * HOUR;
  take([found.uid], { news: found.news ?? null, date: day, start });
  back = card;
}
let back = null;

// A list has no hours to carry over: what would be carried gets its time in the form.
function byForm(card) {
  const site = siteById(card.dataset.site);
  if (site) return openAddAt(site);
  choose([card.dataset.uid]);
  requestAnimationFrame(toTimes);
}

// Shift moves the end, Alt the start, neither the whole.
const edge = (event, by) => (event.altKey ? { top: by } : event.shiftKey ? { grow: by } : { minutes: by });
const NUDGES = {
  ArrowUp: (event) => edge(event, -settings.grid),
  ArrowDown: (event) => edge(event, settings.grid),
  ArrowLeft: () => ({ days: -1 }),
  ArrowRight: () => ({ days: 1 }),
  PageUp: () => ({ minutes: -HOUR }),
  PageDown: () => ({ minutes: HOUR }),
};

function nudge(event) {
  hand.nudge(NUDGES[event.key](event));
  hand.follow();
  speak(hand.words());
}

async function putDown() {
  const [held, from] = [hand, back];
  hand = back = null;
  byId("board-hint").hidden = true;
  const { moved, first } = held;
  await held.drop();
  if (!moved) speak(say("putBack"));
  (cardOf(first) ?? from)?.focus({ preventScroll: true });
}

export function letGo() {
  if (!hand) return;
  const [held, from] = [hand, back];
  hand = back = null;
  byId("board-hint").hidden = true;
  held.end();
  speak(say("putBack"));
  (from ?? cardOf(held.first))?.focus({ preventScroll: true });
}

function carryKey(event) {
  if (event.key in NUDGES) nudge(event);
  else if (event.key === "Enter" || event.key === " ") putDown();
  else if (event.key === "Escape") letGo();
  else if (event.key === "Delete" || event.key === "Backspace") {
    hand.leave();
    putDown();
  } else return event.key === "Tab";
  return true;
}

function cardKey(event, uid) {
  if (resizes(event)) takeCard(uid) && nudge(event);
  else if (event.altKey) return false;
  else if (event.key in STEPS) walk(event, uid);
  else if (event.key === "Enter") asList() ? byForm(cardOf(uid)) : takeCard(uid);
  else if (event.key === " ") toggle(uid);
  else if (event.key === "Delete" || event.key === "Backspace") takeOut(uid);
  else if (event.key === "Escape" && chosen.size) choose([]);
  else return false;
  return true;
}

// The keyboard goes on from the card beside the one that leaves.
function takeOut(uid) {
  const one = item(uid);
  const next = neighbor(one, 1) ?? neighbor(one, -1);
  act("unschedule", chosen.has(uid) ? [...chosen] : [uid]);
  if (next) reveal(next.uid, { focus: true });
}

// Shift or Alt with up and down makes longer or shorter; Shift with left and right (and in the list) chooses on.
const resizes = (event) => (event.shiftKey || event.altKey) && (event.key === "ArrowUp" || event.key === "ArrowDown") && editable() && !asList();

function poolKey(event, card) {
  const cards = [...card.parentNode.children];
  const next = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (next) {
    const other = cards[cards.indexOf(card) + next];
    if (other) {
      rove(card.parentNode, other);
      other.focus();
    }
  } else if (event.key === "Enter") takeFromPool(card);
  else if (event.key === " " && card.dataset.uid) toggle(card.dataset.uid);
  else if (event.key === "Delete" && card.dataset.uid) act("delete", [card.dataset.uid]);
  else return false;
  return true;
}

function commandKey(event) {
  const key = event.key.toLowerCase();
  if (key === "z") (event.shiftKey ? redo : undo)();
  else if (key === "y") redo();
  else if (key === "a" && holdsItems(event.target)) chooseDay(here.day);
  else return false;
  return true;
}

function letterKey(event) {
  const action = LETTERS[event.key] ?? LETTERS[event.key.toLowerCase()];
  if (!action || !shortcutsOn() || (!editable() && !READING.has(event.key))) return false;
  action();
  return true;
}

function handle(event) {
  if (event.isComposing || document.querySelector("dialog[open]") || isDragging()) return false;
  if (hand) return carryKey(event);
  if (isTyping(event.target)) return false;
  if (event.ctrlKey || event.metaKey) return commandKey(event);
  const card = event.target.closest?.("[data-uid], [data-site]");
  const found = card && (card.closest("[data-pool]") ? !event.altKey && poolKey(event, card) : holdsItems(card) && cardKey(event, card.dataset.uid));
  return found || (!event.altKey && letterKey(event));
}

document.addEventListener("keydown", (event) => {
  if (handle(event)) event.preventDefault();
});
// The pointer takes over: what the keyboard holds goes back.
document.addEventListener("pointerdown", letGo, true);
byId("board-center").addEventListener("focusin", (event) => {
  const uid = event.target.closest("[data-uid]")?.dataset.uid;
  if (uid && uid !== here.focus) focusOn(uid);
});
byId("board-help-open").addEventListener("click", openHelp);
