// Dialogs that show what they would do before they do it.

import { say } from "./words.js";
import { byId, fill, later, option, piece, slot } from "./dom.js";
import { here, item, ofDay, settings, state, chosen } from "./store.js";
import { preview, send, versionsOf } from "./queue.js";
import { clock, duration, minutesOf } from "./time.js";

const SHOWN = 40;
const WORST = 4;
let current = null;
let turn = 0;

// What each dialog asks of the server, from its form and what it was opened for.
const BODIES = {
  legs: ({ date }) => ({ command: "legs", date }),
  retime: ({ date }) => ({ command: "retime", date }),
  shift: ({ date, from, by, groups }) => ({ command: "shift", date, from: minutesOf(from), by: Number(by), ...(groups.length && { groups }) }),
  close_gaps: ({ date, from, keep }) => ({ command: "close_gaps", date, ...(from && { from: minutesOf(from) }), keep: Number(keep) }),
  stagger: ({ groups, gap }, { uid, versions }) => ({ command: "stagger", uid, version: versions.get(uid), groups, gap: Number(gap) }),
  duplicate: ({ date, start }, { uids, versions }) => ({ command: "duplicate", items: uids.map((uid) => ({ uid, version: versions.get(uid) })), date, ...(start && { start: minutesOf(start) }) }),
};
const WITHOUT_PREVIEW = new Set(["duplicate"]);

function values(form) {
  const data = new FormData(form);
  return { ...Object.fromEntries(data), groups: data.getAll("groups").map(Number) };
}

export function openTool(name, context = {}) {
  const dialog = byId(`tool-${name}`);
  const form = dialog.querySelector("form");
  const uids = context.uids ?? (context.uid ? [context.uid] : []);
  form.reset();
  current = { name, dialog, form, context: { ...context, versions: versionsOf(uids) } };
  prepare(form, uids);
  fill(form, { error: "", said: "" });
  for (const name of ["preview", "effect"]) slot(form, name).replaceChildren();
  allow(form, WITHOUT_PREVIEW.has(name));
  dialog.showModal();
  look();
}

// Nothing is done that was not shown first.
function allow(form, yes) {
  form.querySelector("[type=submit]").setAttribute("aria-disabled", String(!yes));
}

// The form begins with the day and the time where one is.
function prepare(form, uids) {
  const first = item(uids[0] ?? [...chosen][0] ?? here.focus);
  const day = first?.date ?? here.day;
  const { date, from, start } = form.elements;
  date?.replaceChildren(...state.days.map((one) => option(one.date, one.label, one.date === day)));
  if (from) from.value = clock(first?.date === day ? first.start : (ofDay(day)[0]?.start ?? 9 * 60));
  if (start && first?.start != null) start.value = uids.length > 1 ? "" : clock(first.start);
  if (form.elements.by) form.elements.by.value = settings.grid;
  const groups = slot(form, "group-list");
  if (!groups) return;
  slot(form, "groups").hidden = state.groups.length < 2;
  groups.replaceChildren(...state.groups.map((group) => groupTick(group, form.dataset.all !== undefined)));
}

function groupTick(group, checked) {
  const tick = piece("group-tick", { name: group.name });
  Object.assign(tick.querySelector("input"), { value: group.id, checked });
  return tick;
}

const body = () => BODIES[current.name](values(current.form), current.context);

async function look() {
  if (WITHOUT_PREVIEW.has(current.name) || !current.form.checkValidity()) return;
  const [mine, { form }] = [++turn, current];
  form.setAttribute("aria-busy", "true");
  const answer = await preview(body());
  if (mine !== turn || !current || current.form !== form) return;
  form.removeAttribute("aria-busy");
  show(form, answer);
}

function show(form, answer) {
  const list = slot(form, "preview");
  const lines = answer.preview ?? [];
  list.replaceChildren(...lines.slice(0, SHOWN).map((one) => piece("preview-line", { title: one.title, from: one.from, to: one.to })));
  list.hidden = !lines.length;
  const rest = lines.length > SHOWN ? say("andMore", { n: lines.length - SHOWN }) : "";
  fill(form, { error: answer.error ?? "", said: [answer.error ? "" : lines.length ? answer.said : say("nothingToDo"), rest].filter(Boolean).join(" ") });
  const consequences = effects(answer.conflicts);
  slot(form, "effect").replaceChildren(...consequences.map(textLine));
  slot(form, "effect").hidden = !consequences.length;
  allow(form, !answer.error && lines.length > 0);
}

// How many problems there would be, and the first of those that are not there yet.
function effects(conflicts) {
  if (!conflicts) return [];
  const fresh = conflicts.new ?? [];
  const rest = fresh.length > WORST ? [say("moreProblems", { n: fresh.length - WORST })] : [];
  return [say("problemsFromTo", { before: conflicts.before, after: conflicts.after }), ...fresh.slice(0, WORST).map((text) => say("newProblem", { text })), ...rest];
}

const textLine = (text) => Object.assign(document.createElement("li"), { textContent: text });

async function apply(event) {
  event.preventDefault();
  const { dialog, form } = current;
  if (form.querySelector("[type=submit]").getAttribute("aria-disabled") === "true") return;
  const wanted = body();
  // Once: a second press of the button would shift the day, or copy the item, again.
  allow(form, false);
  const answer = await send(() => wanted, { refused: (text) => fill(form, { error: text }) });
  if (answer) dialog.close();
  else allow(form, true);
}

for (const dialog of document.querySelectorAll("[data-tool]")) {
  const form = dialog.querySelector("form");
  form.addEventListener("submit", apply);
  const again = later(250, () => dialog.open && look());
  form.addEventListener("input", () => {
    allow(form, WITHOUT_PREVIEW.has(current.name));
    again();
  });
}

// A question with a reason, or without one: what will happen to what is named.
export function openConfirm(name, uids, then) {
  const dialog = byId(`confirm-${name}`);
  const form = dialog.querySelector("form");
  form.reset();
  slot(dialog, "list").replaceChildren(...uids.slice(0, SHOWN).map((uid) => lineOf(item(uid))));
  // Who was told of it is told why; asked here, since the dialog is gone when the server answers.
  const { reason } = form.elements;
  if (reason) reason.required = uids.some((uid) => item(uid).published);
  form.onsubmit = (event) => {
    event.preventDefault();
    dialog.close();
    then(new FormData(form).get("reason") ?? "");
  };
  dialog.showModal();
}

const lineOf = (one) => textLine([one.title, one.date ? one.time : "", one.minutes ? duration(one.minutes) : ""].filter(Boolean).join(" · "));

for (const dialog of document.querySelectorAll("dialog")) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
