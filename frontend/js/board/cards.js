// One card: what it says by how much room it has, and how it is read aloud.

import { say } from "./words.js";
import { badge, fill, piece, slot } from "./dom.js";
import { chosen, conflictsOf, here, state } from "./store.js";

const ONE_LINE = 40;
const HARDLY = 16;
const FLASH = 2_000;

export const worst = (found) => found.find((one) => one.severity === "error") ?? found[0];

export function sizeOf(conflict) {
  return conflict.size ? say(`size.${conflict.unit}`, { n: conflict.size }) : say("problemMark");
}

export function groupsText(item) {
  const names = state.groups.filter((group) => item.groups.includes(group.id)).map((group) => group.name);
  return names.join(", ");
}

// What the look of a card says without words.
function more(item, found) {
  const parts = [item.planner_only ? say("plannerOnly") : "", item.change?.label, ...found.map((one) => one.message)];
  return parts.filter(Boolean).join(", ");
}

function flags(item, found) {
  const marks = [];
  const first = worst(found);
  if (first) marks.push(badge(sizeOf(first), first.severity === "error" ? "bad" : "warn"));
  if (item.host && !(first && item.host.tone === "plain")) marks.push(badge(item.host.label, item.host.tone));
  return marks;
}

export function makeCard() {
  return piece("card");
}

// Touches the page only where something differs: most frames change one card.
export function dress(card, item, height) {
  const found = conflictsOf(item.uid);
  const first = worst(found);
  const look = height < HARDLY ? "tiny" : height < ONE_LINE ? "line" : "full";
  const classes = [
    "board-card", `kind-${item.css_kind}`, look,
    first && (first.severity === "error" ? "has-error" : "has-warning"),
    item.planner_only && "planner-only", item.waiting && "waiting", here.carrying?.has(item.uid) && "carried",
    card.classList.contains("flash") && "flash",
  ].filter(Boolean).join(" ");
  if (card.className !== classes) card.className = classes;
  card.setAttribute("aria-selected", String(chosen.has(item.uid)));
  const signature = `${item.version} ${item.time} ${found.map((one) => one.key + one.size)} ${look} ${item.waiting ?? ""}`;
  if (card.dataset.signature === signature) return;
  card.dataset.signature = signature;
  card.dataset.uid = item.uid;
  const groups = groupsText(item);
  const inDetail = item.detail?.includes(groups) ? "" : groups;
  fill(card, { kind: item.kind_label, more: more(item, found), title: item.title, time: item.time, detail: [inDetail, item.detail].filter(Boolean).join(" · ") });
  slot(card, "flags").replaceChildren(...flags(item, found));
}

export function flash(card) {
  card.classList.add("flash");
  setTimeout(() => card.classList.remove("flash"), FLASH);
}
