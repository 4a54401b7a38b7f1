// The columns of days with their hours and cards. Only the days somebody looks at are in the page.

import { say } from "./words.js";
import { byId, fill, piece, slot } from "./dom.js";
import { chosen, here, item, ofDay, settings, state, tailsOf, dayIndex } from "./store.js";
import { DAY, clamp, clock } from "./time.js";
import { dress, flash, makeCard } from "./cards.js";
import { drawList, rowOf } from "./list.js";
import { lay, layByGroup } from "./lanes.js";

const NARROW = 560;
const WEEK = 7;
const FORTNIGHT = 14;
const GAP = 2;
const MIDNIGHT = DAY;

export const scroller = byId("board-scroll");
export const asList = () => settings.view === "list";
// Grid and list: where the items stand, whichever is shown.
export const holdsItems = (node) => byId("board-center").contains(node);
const grid = byId("board-grid");
const columns = new Map();
const cards = new Map();
const tails = new Map();
let shown = [];
let opened = false;
let heard = {};

slot(grid, "hours").append(...Array.from({ length: 24 }, (_, hour) => Object.assign(document.createElement("span"), { textContent: clock(hour * 60).slice(0, 2) })));

export const perPage = () => (asList() ? FORTNIGHT : settings.view === "day" || scroller.clientWidth < NARROW ? 1 : WEEK);
export const pixels = (minutes) => (minutes * settings.zoom) / 60;
export const shownDays = () => shown;
export const columnOf = (date) => columns.get(date);
export const cardOf = (uid) => (asList() ? rowOf(uid) : cards.get(uid));

// The page of days that holds the day somebody is at: it does not slide while one walks inside it.
export function page() {
  const count = Math.min(perPage(), state.days.length);
  const at = clamp(dayIndex(here.day), 0, state.days.length - 1);
  if (at < here.from || at >= here.from + count) here.from = Math.floor(at / count) * count;
  here.from = clamp(here.from, 0, Math.max(0, state.days.length - count));
  return state.days.slice(here.from, here.from + count);
}

export function draw() {
  byId("board").dataset.view = settings.view;
  if (asList()) {
    const days = page();
    build([], days.map((day) => day.date));
    return drawList(days);
  }
  const focused = document.activeElement?.closest?.("#board-grid [data-uid]")?.dataset.uid;
  const days = page();
  const dates = days.map((day) => day.date);
  if (dates.join() !== shown.join() || !columns.size) build(days, dates);
  grid.classList.toggle("by-group", settings.lanes && state.groups.length > 1);
  grid.style.setProperty("--hour", `${settings.zoom}px`);
  grid.style.setProperty("--grid", `${pixels(settings.grid)}px`);
  const kept = new Set();
  for (const day of days) drawDay(day, kept);
  for (const [key, card] of [...cards, ...tails]) {
    if (kept.has(card)) continue;
    card.remove();
    (cards.get(key) === card ? cards : tails).delete(key);
  }
  rove();
  if (focused && !document.activeElement?.closest?.("[data-uid]")) cards.get(focused)?.focus({ preventScroll: true });
  for (const uid of here.fresh) if (cards.has(uid)) flash(cards.get(uid));
  here.fresh = new Set();
  drawNowLine();
  if (!opened) openAtFirst(days);
}

function build(days, dates) {
  shown = dates;
  for (const { root, head } of columns.values()) for (const node of [root, head]) node.remove();
  columns.clear();
  cards.clear();
  tails.clear();
  const hours = slot(grid, "hours");
  for (const day of days) {
    const head = piece("day-head");
    const root = piece("day");
    head.dataset.date = root.dataset.date = day.date;
    grid.insertBefore(head, hours);
    grid.append(root);
    const column = { root, head };
    for (const name of ["shades", "cards", "tails", "ghosts", "now", "lanes"]) column[name] = slot(name === "lanes" ? head : root, name);
    columns.set(day.date, column);
  }
  grid.style.setProperty("--days", days.length);
  grid.classList.toggle("many", days.length > 3);
}

function drawDay(day, kept) {
  const column = columns.get(day.date);
  const name = day.number ? "" : say("outside");
  fill(column.head, {
    label: day.label,
    holiday: [day.holiday, name].filter(Boolean).join(" · "),
    facts: day.km ? `${day.km}\u00a0km` : "",
  });
  column.head.classList.toggle("off", Boolean(day.holiday || day.outside));
  column.root.classList.toggle("off", Boolean(day.outside));
  column.cards.setAttribute("aria-label", say("dayList", { day: day.label }));
  drawLaneNames(column);
  const items = ofDay(day.date);
  const late = tailsOf(day.date);
  const entries = [...late.map((one) => entry(one, `tail ${one.uid}`, 0, one.start + one.minutes - DAY)), ...items.map((one) => entry(one, one.uid, one.start, one.start + one.minutes))];
  const boxes = settings.lanes && state.groups.length > 1 ? layByGroup(entries, state.groups.length) : lay(entries);
  items.forEach((one, index) => kept.add(place(column.cards, cards, one, boxes.get(one.uid), index)));
  for (const one of late) kept.add(placeTail(column.tails, one, boxes.get(`tail ${one.uid}`)));
}

function drawLaneNames(column) {
  const names = settings.lanes && state.groups.length > 1 ? state.groups.map((group) => group.name) : [];
  if (column.lanes.dataset.names === names.join()) return;
  column.lanes.dataset.names = names.join();
  column.lanes.hidden = !names.length;
  column.lanes.replaceChildren(...names.map((name) => Object.assign(document.createElement("span"), { textContent: name })));
  column.root.style.setProperty("--lanes", names.length || 1);
}

function entry(one, key, start, end) {
  const places = one.groups.map((id) => state.groups.findIndex((group) => group.id === id)).filter((at) => at >= 0);
  const lanes = places.length ? [Math.min(...places), Math.max(...places)] : null;
  return { key, start, end: Math.min(Math.max(end, start + 5), MIDNIGHT), order: lanes ? lanes[0] : -1, lanes };
}

function place(list, shelf, one, box, index) {
  const card = shelf.get(one.uid) ?? makeCard();
  shelf.set(one.uid, card);
  const height = pixels(Math.min(one.minutes, DAY - one.start));
  dress(card, one, height);
  put(card, one.start, Math.min(one.minutes, DAY - one.start), box);
  card.classList.toggle("runs-on", one.start + one.minutes > DAY);
  if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
  return card;
}

function placeTail(list, one, box) {
  const card = tails.get(one.uid) ?? piece("tail");
  tails.set(one.uid, card);
  card.className = `board-card board-tail kind-${one.css_kind}${chosen.has(one.uid) ? " is-chosen" : ""}`;
  card.dataset.tail = one.uid;
  fill(card, { title: one.title, time: `~${clock(one.start + one.minutes)}` });
  put(card, 0, one.start + one.minutes - DAY, box);
  if (card.parentNode !== list) list.append(card);
  return card;
}

export function put(node, start, minutes, box = { left: 0, width: 1 }) {
  node.style.top = `${pixels(start)}px`;
  node.style.height = `${Math.max(pixels(minutes) - GAP, 10)}px`;
  node.style.left = `${box.left * 100}%`;
  node.style.width = `${box.width * 100}%`;
}

// One card of the board can be reached by Tab: the one where the keyboard was last.
function rove() {
  const ordered = shown.flatMap((date) => ofDay(date)).map((one) => one.uid);
  const stop = ordered.includes(here.focus) ? here.focus : ordered[0];
  for (const [uid, card] of cards) card.tabIndex = uid === stop ? 0 : -1;
}

// The server's clock, carried on by this machine's.
function drawNowLine() {
  if (heard.now !== state.now) heard = { now: state.now, at: Date.now() };
  const [date, time] = state.now.split("T");
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) + (Date.now() - heard.at) / 60_000;
  for (const [day, { now }] of columns) {
    now.hidden = day !== date;
    now.style.top = `${pixels(minutes)}px`;
  }
}

// The first look goes to the first thing of the day, not to midnight.
function openAtFirst(days) {
  opened = true;
  const starts = days.flatMap((day) => ofDay(day.date)).map((one) => one.start);
  const first = starts.length ? Math.min(...starts) : 9 * 60;
  scroller.scrollTop = Math.max(0, pixels(first) - 28);
}

export function zoomTo(zoom) {
  const middle = (scroller.scrollTop + scroller.clientHeight / 2) / settings.zoom;
  settings.zoom = zoom;
  draw();
  scroller.scrollTop = middle * zoom - scroller.clientHeight / 2;
}

// Brings an item to where it can be seen, whatever day it is on.
export function reveal(uid, { focus = false } = {}) {
  const one = item(uid);
  if (!one?.date) return;
  here.day = one.date;
  here.focus = uid;
  draw();
  const card = cardOf(uid);
  if (!card) return;
  if (asList()) card.scrollIntoView({ block: "nearest" });
  else show(columns.get(one.date), one.start, one.minutes);
  if (focus) card.focus({ preventScroll: true });
}

export function show(column, start, minutes) {
  const head = column.head.offsetHeight;
  const [top, bottom] = [pixels(start), pixels(Math.min(start + minutes, DAY))];
  const [from, until] = [scroller.scrollTop, scroller.scrollTop + scroller.clientHeight - head];
  if (top < from) scroller.scrollTop = Math.max(0, top - 24);
  else if (bottom > until) scroller.scrollTop = Math.min(top - 24, bottom - (scroller.clientHeight - head) + 24);
  const [left, right] = [column.root.offsetLeft, column.root.offsetLeft + column.root.offsetWidth];
  const edge = slot(grid, "hours").offsetWidth;
  if (left - edge < scroller.scrollLeft) scroller.scrollLeft = left - edge;
  else if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth;
}

// Where a point of the window is on the board: the day under it and the minute, or nothing.
export function spotAt(x, y) {
  for (const [date, { root }] of columns) {
    const box = root.getBoundingClientRect();
    if (x >= box.left && x < box.right) return { date, minute: ((y - box.top) / settings.zoom) * 60 };
  }
  return null;
}
