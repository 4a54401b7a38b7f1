// The column of what has no time yet, and the catalogue of sites to take from.

import { say } from "./words.js";
import { badge, byId, fill, later, option, piece, slot } from "./dom.js";
import { chosen, conflictsOf, editable, here, onChange, state, unscheduled } from "./store.js";
import { read } from "./queue.js";
import { duration } from "./time.js";
import { groupsText } from "./cards.js";
import { newUid } from "./uid.js";

const panel = byId("board-pool");
const form = byId("board-filter");
const lists = { items: byId("pool-items"), sites: byId("pool-sites") };
const MOST = 100;
let sites = [];
let more = false;
let page = 1;
let question = null;
let turn = 0;

const text = (value) => (value ?? "").toLocaleLowerCase();

function matches(one) {
  const { q, kind, region } = Object.fromEntries(new FormData(form));
  const words = text(q).split(/\s+/).filter(Boolean);
  const hay = text([one.title, one.detail, one.kind_label, one.place, one.region].join(" "));
  return words.every((word) => hay.includes(word)) && (!kind || one.site_kind === kind) && (!region || one.region === region);
}

function facts(one) {
  return [one.kind_label, one.minutes ? duration(one.minutes) : "", groupsText(one), one.detail].filter(Boolean).join(" · ");
}

function itemCard(one) {
  const card = piece("pool-item", { title: one.title, facts: facts(one) });
  card.classList.add(`kind-${one.css_kind}`);
  card.dataset.uid = one.uid;
  card.setAttribute("aria-selected", String(chosen.has(one.uid)));
  card.classList.toggle("carried", Boolean(here.carrying?.has(one.uid)));
  const found = conflictsOf(one.uid);
  fill(card, { more: [say("noTime"), ...found.map((c) => c.message)].join(", ") });
  slot(card, "flags").replaceChildren(...(one.host ? [badge(one.host.label, one.host.tone)] : []));
  return card;
}

function siteCard(one) {
  const text = [one.kind_label, one.region, one.capacity ? say("capacity", { n: one.capacity }) : "", one.hint].filter(Boolean).join(" · ");
  const card = piece("pool-item", { title: one.name, facts: text });
  card.classList.add(`kind-${one.css_kind}`);
  card.dataset.site = one.id;
  fill(card, { more: "" });
  return card;
}

// Rebuilt only when it differs: a card in the hand must not vanish under it.
function rebuild(list, key, cards) {
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const active = list.contains(document.activeElement) ? document.activeElement.dataset : null;
  list.replaceChildren(...cards());
  const again = active && [...list.children].find((one) => (active.uid ? one.dataset.uid === active.uid : one.dataset.site === active.site));
  rove(list, again);
  again?.focus({ preventScroll: true });
}

export function rove(list, stop) {
  const cards = [...list.children];
  for (const card of cards) card.tabIndex = card === (stop ?? cards[0]) ? 0 : -1;
}

export function draw() {
  const all = unscheduled();
  const found = all.filter(matches);
  const key = JSON.stringify([found.map((one) => [one.uid, one.version, one.waiting, chosen.has(one.uid), here.carrying?.has(one.uid)])]);
  rebuild(lists.items, key, () => found.slice(0, MOST).map(itemCard));
  for (const node of document.querySelectorAll("[data-count=pool]")) node.textContent = all.length;
  byId("pool-none").hidden = found.length > 0;
  byId("pool-none").textContent = say(all.length ? "noMatch" : "allPlaced");
  const rest = found.length - MOST;
  byId("pool-rest").hidden = rest <= 0;
  byId("pool-rest").textContent = rest > 0 ? say("andMore", { n: rest }) : "";
}

function drawSites() {
  rebuild(lists.sites, JSON.stringify([question, sites.length]), () => sites.map(siteCard));
  byId("sites-more").hidden = !more;
  byId("sites-none").hidden = sites.length > 0;
}

// One answer overtakes the other: only the last question counts.
async function fetchSites({ next = false } = {}) {
  const mine = ++turn;
  page = next ? page + 1 : 1;
  const { q, kind, region } = Object.fromEntries(new FormData(form));
  const asked = new URLSearchParams({ q, kind, region, page }).toString();
  try {
    const data = await read(await fetch(`${state.urls.sites}?${asked}`, { headers: { Accept: "application/json" } }));
    if (mine !== turn || !data?.sites) return;
    question = asked;
    sites = next ? [...sites, ...data.sites] : data.sites;
    more = data.more;
    offer(data);
    drawSites();
  } catch {
    // The strip about the line says it.
  }
}

function offer(data) {
  const choices = { kind: data.kinds.map((one) => [one.value, one.label]), region: data.regions.map((one) => [one, one]) };
  for (const [name, pairs] of Object.entries(choices)) {
    const select = form.elements[name];
    if (select.options.length > 1) continue;
    select.append(...pairs.map(([value, label]) => option(value, label)));
  }
}

export const siteById = (id) => sites.find((one) => String(one.id) === String(id));

// What a drag or a key takes from here: an item without a time, or a new visit to a site.
export function draggedFrom(target) {
  const card = target.closest("[data-uid], [data-site]");
  if (!card) return null;
  if (card.dataset.uid) return { uid: card.dataset.uid };
  const site = siteById(card.dataset.site);
  const uid = newUid();
  const kind = site.kind === "lodging" ? "lodging" : "visit";
  const news = { uid, title: site.name, css_kind: site.css_kind, minutes: site.minutes || 60, site: site.id, people: headcount(), add: { kind, site: site.id } };
  return { uid, news };
}

export const headcount = () => state.groups.reduce((sum, group) => sum + group.people, 0) || "";

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", later(200, () => {
  draw();
  fetchSites();
}));
byId("sites-more").addEventListener("click", () => fetchSites({ next: true }));
panel.querySelector("[data-clear-filter]").addEventListener("click", () => {
  form.reset();
  draw();
  fetchSites();
});
onChange(draw);
if (editable()) fetchSites();
