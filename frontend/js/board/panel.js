// What is chosen: its facts, its exact times by form, and what can be done with it. Several at once move together.

import { say } from "./words.js";
import { badge, byId, option, piece, slot } from "./dom.js";
import { chosen, editable, here, item, onChange, state } from "./store.js";
import { act, moveTogether, saveFacts, saveTimes } from "./acts.js";
import { unfold } from "./folds.js";
import { DAY, clock, duration, minutesOf } from "./time.js";
import { groupsText } from "./cards.js";

const panel = byId("board-chosen");
const body = slot(panel, "body");
let drawn = "";

export function draw() {
  const uids = [...chosen];
  const key = JSON.stringify([uids.map((uid) => [uid, item(uid)?.version, item(uid)?.waiting, item(uid)?.time]), editable(), state.days.length]);
  if (key === drawn) return;
  // What somebody is typing stays; the version it was read with makes a stale save impossible.
  const typing = body.contains(document.activeElement) && body.querySelector("[data-dirty]");
  if (typing && body.dataset.uid === uids[0] && uids.length === 1) return;
  drawn = key;
  const focused = body.contains(document.activeElement) && document.activeElement.name;
  const same = body.dataset.uid === uids.join();
  body.dataset.uid = uids.join();
  if (!uids.length) body.replaceChildren(piece("chosen-none"));
  else if (uids.length === 1) body.replaceChildren(single(item(uids[0])));
  else body.replaceChildren(several(uids));
  if (same && focused) body.querySelector(`[name="${focused}"]`)?.focus({ preventScroll: true });
  byId("board").classList.toggle("has-choice", uids.length > 0);
  byId("board-chosen-count").textContent = uids.length > 1 ? uids.length : "";
}

function single(one) {
  const root = piece("chosen", {
    kind: one.kind_label,
    title: one.title,
    when: one.date ? one.time : say("noTime"),
    facts: [one.minutes ? duration(one.minutes) : "", one.capacity ? say("capacity", { n: one.capacity }) : "", one.people ? say("people", { n: one.people }) : "", groupsText(one)].filter(Boolean).join(" · "),
    detail: one.detail,
  });
  slot(root, "kind").classList.add(`kind-${one.css_kind}`);
  slot(root, "badges").replaceChildren(...badgesOf(one));
  link(slot(root, "edit"), one.edit_url);
  link(slot(root, "host"), one.host_url);
  link(slot(root, "travel"), one.travel_url);
  times(slot(root, "times"), one);
  facts(slot(root, "facts-form"), one);
  for (const button of root.querySelectorAll("[data-act]")) {
    const name = button.dataset.act;
    button.hidden = !editable() || (name === "unschedule" && !one.date) || (name === "delete" && one.published) || (name === "cancel" && !one.published) || (name === "stagger" && (state.groups.length < 2 || !one.date));
    button.addEventListener("click", () => act(name, [one.uid]));
  }
  return root;
}

function badgesOf(one) {
  const marks = [];
  if (one.host) marks.push(badge(one.host.label, one.host.tone));
  if (one.change) marks.push(badge(one.change.label, one.change.tone));
  if (one.estimated) marks.push(badge(say("estimated"), "warn"));
  if (one.learning) marks.push(badge(say("learning")));
  if (one.planner_only) marks.push(badge(say("plannerOnly")));
  return marks;
}

function link(node, url) {
  node.hidden = !url;
  if (url) node.href = url;
}

export function dayOptions(select, chosenDate, { none = false } = {}) {
  if (none) select.append(option("", say("noTime"), !chosenDate));
  select.append(...state.days.map((day) => option(day.date, day.label, day.date === chosenDate)));
}

// Start, end and length belong together: changing one moves another.
export function times(form, one) {
  const { date, start, end, minutes } = form.elements;
  dayOptions(date, one.date ?? "", { none: true });
  start.value = one.start === null ? "" : clock(one.start);
  minutes.value = one.minutes || 60;
  end.value = one.start === null ? "" : clock(one.start + Number(minutes.value));
  form.hidden = !editable();
  linkTimes(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saveTimes(one.uid, { date: date.value || null, start: minutesOf(start.value), minutes: Number(minutes.value) }, one.version);
  });
}

export function linkTimes(form) {
  const { start, end, minutes } = form.elements;
  const fromLength = () => {
    const begin = minutesOf(start.value);
    if (begin !== null) end.value = clock(begin + Number(minutes.value || 0));
  };
  form.addEventListener("input", (event) => {
    form.dataset.dirty = "";
    const [from, to] = [minutesOf(start.value), minutesOf(end.value)];
    if (event.target === end && from !== null && to !== null) minutes.value = (to - from + DAY) % DAY || DAY;
    else if (event.target === start || event.target === minutes) fromLength();
  });
}

function facts(form, one) {
  form.hidden = !editable();
  form.elements.title.value = one.title;
  form.elements.place.value = one.place ?? "";
  form.elements.planner_only.checked = one.planner_only;
  const box = slot(form, "groups");
  box.hidden = state.groups.length < 2;
  slot(form, "group-list").replaceChildren(...groupTicks(one.groups));
  form.addEventListener("input", () => { form.dataset.dirty = ""; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const fields = { title: data.get("title"), place: data.get("place"), planner_only: data.has("planner_only") };
    const groups = data.getAll("groups").map(Number);
    saveFacts(one, { ...fields, groups: groups.length === state.groups.length ? [] : groups });
  });
}

export function groupTicks(ids) {
  return state.groups.map((group) => {
    const tick = piece("group-tick", { name: group.name });
    Object.assign(tick.querySelector("input"), { value: group.id, checked: ids.includes(group.id) });
    return tick;
  });
}

function several(uids) {
  const placed = uids.filter((uid) => item(uid).date);
  const total = uids.reduce((sum, uid) => sum + (item(uid).minutes || 0), 0);
  const root = piece("chosen-several", { title: say("several", { n: uids.length }), facts: duration(total) });
  const form = slot(root, "by");
  form.hidden = !editable() || !placed.length;
  dayOptions(form.elements.date, item(placed[0])?.date ?? here.day);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    moveTogether(placed, form.elements.date.value, Number(form.elements.minutes.value) || 0);
  });
  for (const button of root.querySelectorAll("[data-act]")) {
    const name = button.dataset.act;
    button.hidden = !editable() || (name === "swap" && placed.length !== 2) || (name === "unschedule" && !placed.length);
    button.addEventListener("click", () => act(name, uids));
  }
  return root;
}

export function toTimes() {
  unfold("panel");
  body.querySelector('[name="start"]')?.focus();
}

onChange(draw);
