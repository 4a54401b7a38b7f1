// What the board knows: the server's word, what was done here and is not answered yet, what is chosen, how it is shown.

import { DAY, range } from "./time.js";
import { byId } from "./dom.js";

const KEPT = "board";
export const GRIDS = [5, 15, 30];
export const ZOOMS = [48, 72, 108, 160];
export const VIEWS = ["day", "week", "list"];

export const state = JSON.parse(byId("board-state").textContent);
const server = new Map();
// Patches of commands on their way: shown at once, dropped when the answer is here, whatever it says.
const patches = new Set();
const listeners = [];
let merged = null;
let asked = false;

export const chosen = new Set();
export const here = { focus: null, day: null, carrying: null, versions: null, from: 0, fresh: new Set() };
export const settings = { grid: 15, zoom: 72, view: "week", lanes: false, ...read() };
if (!ZOOMS.includes(settings.zoom)) settings.zoom = 72;
if (!VIEWS.includes(settings.view)) settings.view = "week";
if (!GRIDS.includes(settings.grid)) settings.grid = 15;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

export function set(changes) {
  Object.assign(settings, changes);
  try {
    localStorage.setItem(KEPT, JSON.stringify(settings));
  } catch {
    // Kept for this page only.
  }
  changed();
}

export const onChange = (listener) => listeners.push(listener);

// Everything that changes within one frame is drawn once.
export function changed() {
  merged = null;
  if (asked) return;
  asked = true;
  requestAnimationFrame(drawNow);
}

export function drawNow() {
  asked = false;
  for (const listener of listeners) listener();
}

function merge() {
  const found = new Map(server);
  for (const patch of patches) {
    for (const [uid, change] of patch) {
      const before = found.get(uid) ?? change.blank;
      if (!before) continue;
      const item = { ...before, ...change, waiting: true };
      if (change.gone) found.delete(uid);
      else found.set(uid, { ...item, time: item.date === null ? "" : range(item.start, item.minutes) });
    }
  }
  return found;
}

export const items = () => (merged ??= merge());
export const item = (uid) => items().get(uid);
export const known = (uid) => server.get(uid);
export const editable = () => state.program.editable;

export function patch(changes) {
  patches.add(changes);
  changed();
  return () => {
    patches.delete(changes);
    changed();
  };
}

// A whole state replaces everything; what differs is returned, to be pointed out.
export function replace(fresh) {
  const differs = new Set();
  for (const one of fresh.items) if (server.get(one.uid)?.version !== one.version) differs.add(one.uid);
  if (fresh !== state) Object.assign(state, fresh);
  server.clear();
  for (const one of fresh.items) server.set(one.uid, one);
  tidy();
  return differs;
}

// The answer to a command brings only what changed.
export function absorb(answer) {
  for (const one of answer.items) server.set(one.uid, one);
  for (const uid of answer.removed) server.delete(uid);
  for (const name of ["stamp", "cancelled", "days", "conflicts", "program", "undo", "redo"]) {
    if (name in answer) state[name] = answer[name];
  }
  tidy();
}

function tidy() {
  changed();
  for (const uid of chosen) if (!item(uid)) chosen.delete(uid);
  if (here.focus && !item(here.focus)) here.focus = null;
  if (!state.days.some((day) => day.date === here.day)) here.day = state.days[0]?.date ?? null;
}

export const dayIndex = (date) => state.days.findIndex((day) => day.date === date);
export const dayOf = (date) => state.days[dayIndex(date)];

export const unscheduled = () => [...items().values()].filter((one) => one.date === null);

export function ofDay(date) {
  const found = [...items().values()].filter((one) => one.date === date);
  return found.sort((a, b) => a.start - b.start || b.minutes - a.minutes || a.uid.localeCompare(b.uid));
}

// The part of last evening's lodging that lies in this morning.
export function tailsOf(date) {
  const before = state.days[dayIndex(date) - 1]?.date;
  return before ? ofDay(before).filter((one) => one.start + one.minutes > DAY) : [];
}

export const conflictsOf = (uid) => state.conflicts.filter((one) => one.uids.includes(uid));

export function choose(uids, { add = false } = {}) {
  if (!add) chosen.clear();
  for (const uid of uids) if (item(uid)) chosen.add(uid);
  const last = uids.at(-1);
  if (item(last)) focusOn(last);
  changed();
}

export function focusOn(uid) {
  here.focus = uid;
  here.day = item(uid)?.date ?? here.day;
  changed();
}

replace(state);
