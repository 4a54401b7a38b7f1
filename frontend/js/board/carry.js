// What is in the hand, by pointer or by keyboard: where it would go, how that is shown, and putting it down.

import { say } from "./words.js";
import { fill, piece } from "./dom.js";
import { changed, dayIndex, dayOf, here, item, settings, state } from "./store.js";
import { cardOf, columnOf, put, reveal, show, draw } from "./grid.js";
import { clear, objection, shadeFor } from "./shade.js";
import { send, versionsOf } from "./queue.js";
import { takeHeld } from "./poll.js";
import { DAY, clamp, range, signed, snap } from "./time.js";

const SHORTEST = 5;
const STILL = { days: 0, minutes: 0, grow: 0, top: 0 };

// The next line of the grid in this direction; a whole hour is four of them.
function beyond(minute, by) {
  const line = settings.grid;
  if (Math.abs(by) > line) return minute + by;
  return by > 0 ? Math.floor(minute / line) * line + line : Math.ceil(minute / line) * line - line;
}

// `news` is what is not on the board yet: {uid, title, css_kind, minutes, site?, add: {...}}.
export class Carry {
  constructor(uids, { news = null, first = uids[0], start = null, date = null } = {}) {
    this.uids = uids;
    this.news = news;
    this.first = first;
    this.versions = here.versions = versionsOf(uids);
    this.base = new Map(uids.map((uid) => [uid, baseOf(news ?? item(uid), start, date)]));
    this.fresh = news !== null || item(first).date === null;
    this.target = new Map(this.base);
    this.shift = { ...STILL };
    this.away = false;
    this.nowhere = false;
    this.nodes = new Map();
    here.carrying = new Set(uids);
    shadeFor(news ? { site: news.site, people: news.people } : { uid: first }).then(() => here.carrying && this.draw());
    changed();
  }

  // Everything moves by the same days and minutes; the whole stays inside the program's days and hours.
  apply() {
    const bases = [...this.base.values()];
    const at = bases.map((base) => dayIndex(base.date));
    const starts = bases.map((base) => base.start);
    const shift = this.shift;
    shift.days = clamp(shift.days, -Math.min(...at), state.days.length - 1 - Math.max(...at));
    shift.minutes = clamp(shift.minutes, -Math.min(...starts), DAY - SHORTEST - Math.max(...starts));
    shift.top = clamp(shift.top, -Math.min(...starts) - shift.minutes, this.shortest + shift.grow - SHORTEST);
    shift.grow = Math.max(shift.grow, SHORTEST - this.shortest + shift.top);
    for (const [uid, base] of this.base) {
      const date = state.days[dayIndex(base.date) + shift.days].date;
      const start = base.start + shift.minutes + shift.top;
      this.target.set(uid, { date, start, minutes: base.minutes + shift.grow - shift.top });
    }
    this.away = this.nowhere = false;
    this.draw();
  }

  // The day and time under a pointer, wherever the first item came from.
  moveTo(date, start) {
    const base = this.base.get(this.first);
    this.shift = { ...STILL, days: dayIndex(date) - dayIndex(base.date), minutes: snap(start, settings.grid) - base.start };
    this.apply();
  }

  resize(edge, minute) {
    const base = this.base.get(this.first);
    const to = clamp(snap(minute, settings.grid), 0, 2 * DAY);
    this.shift = { ...STILL, ...(edge === "top" ? { top: to - base.start } : { grow: to - base.start - base.minutes }) };
    this.apply();
  }

  get shortest() {
    return Math.min(...[...this.base.values()].map((base) => base.minutes));
  }

  // By keyboard: to the next line of the grid, to the next day, longer or shorter at the end (`grow`) or at the start (`top`).
  nudge({ days = 0, minutes = 0, grow = 0, top = 0 }) {
    const { start, minutes: length } = this.target.get(this.first);
    this.shift.days += days;
    if (minutes) this.shift.minutes += beyond(start, minutes) - start;
    // The edge that is not moved stays where it is.
    if (grow) this.shift.grow = Math.max(this.shift.grow + beyond(start + length, grow) - start - length, SHORTEST - this.shortest + this.shift.top);
    if (top) this.shift.top += beyond(start, top) - start;
    this.apply();
  }

  // Out of the plan: over the column of what has no time.
  leave() {
    this.away = true;
    this.nowhere = false;
    this.draw();
  }

  // Beside the board: letting go here changes nothing.
  stray() {
    this.away = false;
    this.nowhere = true;
    this.draw();
  }

  get moved() {
    if (this.nowhere) return false;
    if (this.away) return !this.fresh;
    return this.fresh || [...this.target].some(([uid, to]) => !same(to, this.base.get(uid)));
  }

  draw() {
    for (const [uid, to] of this.target) {
      const ghost = this.nodes.get(uid) ?? piece("ghost");
      this.nodes.set(uid, ghost);
      const column = columnOf(to.date);
      ghost.hidden = this.away || this.nowhere || !column;
      if (ghost.hidden) continue;
      const one = this.news ?? item(uid);
      const why = uid === this.first ? objection(to.date, to.start, to.minutes) : "";
      ghost.className = `board-ghost kind-${one.css_kind}${why ? " blocked" : ""}`;
      fill(ghost, { time: range(to.start, to.minutes), by: this.difference(uid, to), title: one.title, why });
      const box = cardOf(uid)?.style;
      put(ghost, to.start, Math.min(to.minutes, DAY - to.start), box?.width && to.date === this.base.get(uid).date ? { left: parseFloat(box.left) / 100, width: parseFloat(box.width) / 100 } : undefined);
      if (ghost.parentNode !== column.ghosts) column.ghosts.append(ghost);
    }
  }

  difference(uid, to) {
    if (this.fresh) return "";
    const base = this.base.get(uid);
    if (to.minutes !== base.minutes) return signed(to.minutes - base.minutes);
    return to.start === base.start ? "" : signed(to.start - base.start);
  }

  // Follows the keyboard: what is carried is always in sight.
  follow() {
    const to = this.target.get(this.first);
    if (!columnOf(to.date)) {
      here.day = to.date;
      draw();
      this.draw();
    }
    show(columnOf(to.date), to.start, to.minutes);
  }

  words() {
    const to = this.target.get(this.first);
    const why = objection(to.date, to.start, to.minutes);
    return [dayOf(to.date).label, range(to.start, to.minutes), why && say("cannot", { why })].filter(Boolean).join(", ");
  }

  end() {
    for (const ghost of this.nodes.values()) ghost.remove();
    here.carrying = here.versions = null;
    clear();
    takeHeld();
    changed();
  }

  async drop() {
    const { uids, target, versions, away, news, moved } = this;
    this.end();
    if (!moved) return null;
    if (news) return dropNew(news, target.get(news.uid));
    const to = (uid) => (away ? { date: null, start: null } : target.get(uid));
    const changes = new Map(uids.map((uid) => [uid, { ...to(uid), minutes: away ? item(uid).minutes : target.get(uid).minutes }]));
    const answer = await send((version) => ({ command: "move", moves: uids.map((uid) => move(uid, version(uid), to(uid))) }), { versions, changes });
    if (answer && !away) reveal(this.first);
    return answer;
  }
}

const move = (uid, version, to) => ({ uid, version, date: to.date, start: to.start, ...(to.date && { minutes: to.minutes }) });
const same = (a, b) => a.date === b.date && a.start === b.start && a.minutes === b.minutes;

function baseOf(one, start, date) {
  const at = one.date ?? date ?? here.day ?? state.days[0].date;
  return { date: at, start: one.start ?? start ?? 9 * 60, minutes: one.minutes || 60 };
}

function dropNew(news, to) {
  const body = { ...news.add, uid: news.uid, date: to.date, start: to.start, minutes: to.minutes };
  const blank = { uid: news.uid, version: 0, kind: news.add.kind, kind_label: "", css_kind: news.css_kind, title: news.title, detail: "", groups: [], host: null, change: null, site: news.site ?? null };
  return send(() => ({ command: "add", items: [body] }), { changes: new Map([[news.uid, { blank, ...to }]]) });
}

