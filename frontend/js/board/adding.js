// Something new by a form: any kind, with or without a time; after a drag over free time the times stand there already.

import { say } from "./words.js";
import { byId, fill, later, option, slot } from "./dom.js";
import { choose, editable, here, item, ofDay, state } from "./store.js";
import { reveal } from "./grid.js";
import { read, send } from "./queue.js";
import { dayOptions, groupTicks, linkTimes } from "./panel.js";
import { newUid } from "./uid.js";
import { DAY, clock, minutesOf } from "./time.js";

const dialog = byId("board-add");
const form = dialog.querySelector("form");
const search = form.elements.q;
const WITH_SITE = new Set(["visit", "session", "lodging", "assembly"]);
const ENDS = ["origin", "target"];
let turn = 0;
let known = [];

export function openAdd({ date = here.day, start = null, minutes = 60, site = null, kind = "visit" } = {}) {
  if (!editable()) return;
  form.reset();
  form.elements.kind.value = kind;
  for (const name of ["site", ...ENDS]) form.elements[name].replaceChildren();
  form.elements.date.replaceChildren();
  dayOptions(form.elements.date, date, { none: true });
  const begin = start ?? afterLast(date);
  form.elements.start.value = clock(begin);
  form.elements.minutes.value = minutes;
  form.elements.end.value = clock(begin + minutes);
  slot(form, "group-list").replaceChildren(...groupTicks([]));
  slot(form, "groups").hidden = state.groups.length < 2;
  fill(form, { error: "", said: "", found: "" });
  shape();
  offer(site ? [site] : known, site?.id);
  if (!site) fetchSites("");
  dialog.showModal();
  form.elements.title.focus();
}

// A new visit to a site, as long as visits there usually are.
export const openAddAt = (site) => openAdd({ site, kind: site.kind === "lodging" ? "lodging" : "visit", minutes: site.minutes || 60 });

const afterLast = (date) => {
  const last = date && ofDay(date).at(-1);
  return last ? Math.min(last.start + last.minutes, DAY - 30) : 9 * 60;
};

// Only what the kind can have is asked.
function shape() {
  const kind = form.elements.kind.value;
  const isLeg = kind === "travel";
  slot(form, "site-part").hidden = !isLeg && !WITH_SITE.has(kind);
  slot(form, "site-field").hidden = isLeg;
  for (const name of ENDS) slot(form, `${name}-field`).hidden = !isLeg;
  const noDate = !form.elements.date.value;
  for (const name of ["start", "end"]) {
    form.elements[name].disabled = noDate;
    form.elements[name].required = !noDate;
  }
}

async function fetchSites(q) {
  const mine = ++turn;
  try {
    const data = await read(await fetch(`${state.urls.sites}?${new URLSearchParams({ q })}`, { headers: { Accept: "application/json" } }));
    if (mine !== turn || !data?.sites) return null;
    if (!q) known = data.sites;
    offer(data.sites, q ? data.sites[0]?.id : form.elements.site.value);
    fill(form, { found: q ? say("found", { n: data.sites.length }) : "" });
    return data.sites;
  } catch {
    fill(form, { found: say("offline") });
    return null;
  }
}

// The site that is looked for is taken at once; the ends of a leg keep what was chosen.
function offer(sites, chosenId) {
  for (const one of sites) if (!known.some((other) => other.id === one.id)) known.push(one);
  list(form.elements.site, sites, chosenId);
  for (const name of ENDS) list(form.elements[name], kept(sites, form.elements[name].value), form.elements[name].value);
}

const kept = (sites, id) => (!id || sites.some((one) => String(one.id) === id) ? sites : [known.find((one) => String(one.id) === id), ...sites]);

function list(select, sites, chosenId) {
  select.replaceChildren(option("", say("noSite")), ...sites.map((one) => option(one.id, [one.name, one.region].filter(Boolean).join(" · "), String(one.id) === String(chosenId))));
}

form.elements.kind.addEventListener("change", shape);
form.elements.date.addEventListener("change", shape);
form.elements.site.addEventListener("change", () => {
  const site = known.find((one) => String(one.id) === form.elements.site.value);
  if (site?.minutes && form.elements.kind.value === "visit") {
    form.elements.minutes.value = site.minutes;
    form.elements.end.value = clock((minutesOf(form.elements.start.value) ?? 0) + site.minutes);
  }
});
search.addEventListener("input", later(200, () => fetchSites(search.value)));
// Enter takes the first site that was found, the two ends of a leg one after the other; it does not send the form half filled.
search.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const next = form.elements.kind.value !== "travel" ? "site" : form.elements.origin.value ? "target" : "origin";
  const found = await fetchSites(search.value);
  if (found?.length) form.elements[next].value = found[0].id;
  form.elements[next].focus();
});
linkTimes(form);

function facts() {
  const data = new FormData(form);
  const kind = data.get("kind");
  const [date, start, minutes] = [data.get("date") || null, minutesOf(data.get("start")), Number(data.get("minutes"))];
  const groups = data.getAll("groups").map(Number);
  const site = WITH_SITE.has(kind) && data.get("site") ? Number(data.get("site")) : null;
  const title = data.get("title").trim();
  return {
    uid: newUid(), kind, minutes, ...(title && { title }), ...(site && { site }), ...(date && { date, start }),
    ...(kind === "travel" && Object.fromEntries(ENDS.filter((name) => data.get(name)).map((name) => [name, Number(data.get(name))]))),
    ...(data.get("place").trim() && { place: data.get("place").trim() }),
    ...(groups.length && groups.length < state.groups.length && { groups }), planner_only: data.has("planner_only"),
  };
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const again = event.submitter?.value === "again";
  const wanted = facts();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  const answer = await send(() => ({ command: "add", items: [wanted] }), { refused: (text) => fill(form, { error: text, said: "" }) });
  delete form.dataset.busy;
  if (!answer) return;
  choose([wanted.uid]);
  if (again) {
    fill(form, { error: "", said: answer.said });
    return next(wanted);
  }
  dialog.close();
  if (item(wanted.uid)?.date) reveal(wanted.uid, { focus: true });
});

// The form for the next one begins where this one ended.
function next({ date, start, minutes }) {
  const begin = date ? Math.min(start + minutes, DAY - 30) : 9 * 60;
  Object.assign(form.elements.title, { value: "" });
  for (const name of ["q", "place"]) form.elements[name].value = "";
  offer(known, "");
  // The next leg goes on from here.
  form.elements.origin.value = form.elements.target.value;
  form.elements.target.value = "";
  form.elements.start.value = clock(begin);
  form.elements.minutes.value = 60;
  form.elements.end.value = clock(begin + 60);
  form.elements.title.focus();
}
