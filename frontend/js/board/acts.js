// What can be done with items outside of a drag: each is one command.

import { say } from "./words.js";
import { chosen, dayIndex, item, state } from "./store.js";
import { reveal } from "./grid.js";
import { send } from "./queue.js";
import { tell } from "./notice.js";
import { openConfirm, openTool } from "./tools.js";
import { DAY } from "./time.js";

const stamped = (uids) => (version) => uids.map((uid) => ({ uid, version: version(uid) }));

export async function saveTimes(uid, { date, start, minutes }, version) {
  if (date && start === null) return tell(say("needStart"), { tone: "bad" });
  if (!(minutes >= 1)) return tell(say("needMinutes"), { tone: "bad" });
  const to = date ? { date, start, minutes } : { date: null, start: null };
  const versions = new Map([[uid, version]]);
  const answer = await send((v) => ({ command: "move", moves: [{ uid, version: v(uid), ...to }] }), { versions, changes: new Map([[uid, to]]) });
  if (answer) reveal(uid);
  return answer;
}

export function saveFacts(one, fields) {
  const before = { title: one.title, place: one.place ?? "", planner_only: one.planner_only, groups: one.groups };
  const changed = Object.fromEntries(Object.entries(fields).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
  if (!Object.keys(changed).length) return tell(say("nothingChanged"));
  return send((v) => ({ command: "edit", uid: one.uid, version: v(one.uid), fields: changed }), { versions: new Map([[one.uid, one.version]]) });
}

export function moveTogether(uids, date, minutes) {
  const first = uids.reduce((a, b) => (item(a).date + String(item(a).start).padStart(4, "0") <= item(b).date + String(item(b).start).padStart(4, "0") ? a : b));
  const days = dayIndex(date) - dayIndex(item(first).date);
  const to = new Map();
  for (const uid of uids) {
    const one = item(uid);
    const day = state.days[dayIndex(one.date) + days];
    const start = one.start + minutes;
    if (!day || start < 0 || start >= DAY) return tell(say("outOfDays"), { tone: "bad" });
    to.set(uid, { date: day.date, start, minutes: one.minutes });
  }
  return send((v) => ({ command: "move", moves: uids.map((uid) => ({ uid, version: v(uid), ...to.get(uid) })) }), { uids, changes: to });
}

function unschedule(uids) {
  const placed = uids.filter((uid) => item(uid).date);
  if (!placed.length) return null;
  const away = { date: null, start: null };
  return send((v) => ({ command: "move", moves: placed.map((uid) => ({ uid, version: v(uid), ...away })) }), { uids: placed, changes: new Map(placed.map((uid) => [uid, away])) });
}

const ACTS = {
  unschedule,
  duplicate: (uids) => openTool("duplicate", { uids }),
  stagger: ([uid]) => openTool("stagger", { uid }),
  cancel: (uids) => openConfirm("cancel", uids, (reason) => send((v) => ({ command: "cancel", items: stamped(uids)(v), reason }), { uids })),
  delete: (uids) => send((v) => ({ command: "delete", items: stamped(uids)(v) }), { uids, changes: new Map(uids.map((uid) => [uid, { gone: true }])) }),
  swap: (uids) => send((v) => ({ command: "swap", uids, versions: uids.map((uid) => v(uid)) }), { uids }),
  restore: (uids, version) => send(() => ({ command: "restore", items: uids.map((uid) => ({ uid, version })) })),
};

export function act(name, uids = [...chosen], ...more) {
  return uids.length ? ACTS[name](uids, ...more) : tell(say("chooseFirst"), { tone: "bad" });
}
