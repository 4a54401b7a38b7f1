// Dragging with mouse, pen and finger. A finger scrolls as everywhere; it takes hold after a moment, or at once by the handle.

import { Carry } from "./carry.js";
import { byId, fill, piece } from "./dom.js";
import { asList, columnOf, put, scroller, spotAt } from "./grid.js";
import { choose, chosen, editable, item, settings } from "./store.js";
import { draggedFrom, siteById } from "./pool.js";
import { openAdd, openAddAt } from "./adding.js";
import { band } from "./choosing.js";
import { DAY, clamp, range, snap } from "./time.js";
import { say } from "./words.js";

const FAR_ENOUGH = 4;
const SLIPPED = 10;
const LONG_PRESS = 350;
const EDGE = 44;
const root = byId("board");
const pool = byId("board-pool");
const away = byId("board-away");
const chip = byId("board-chip");
let press = null;
let carry = null;
let sketch = null;
let pointer = { x: 0, y: 0 };
let justDragged = false;

export const isDragging = () => Boolean(carry || sketch);

const inside = (node, { x, y }) => {
  if (!node.checkVisibility()) return false;
  const box = node.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
};

root.addEventListener("pointerdown", (event) => {
  if (!event.isPrimary || event.button || carry || !editable() || asList()) return;
  const found = startOf(event);
  if (!found) return;
  pointer = { x: event.clientX, y: event.clientY };
  press = { ...found, x: event.clientX, y: event.clientY, id: event.pointerId };
  const slow = event.pointerType === "touch" && !event.target.closest("[data-grip], [data-handle]");
  if (slow) press.timer = setTimeout(begin, LONG_PRESS);
});

// A mouse is exact enough for the last pixels of a card; a finger needs the grips of the chosen one.
function edgeAt(card, event) {
  const grip = event.target.closest("[data-grip]")?.dataset.grip;
  if (grip || event.pointerType === "touch") return grip;
  const box = card.getBoundingClientRect();
  const reach = Math.min(6, box.height / 4);
  if (event.clientY > box.bottom - reach) return "bottom";
  return event.clientY < box.top + reach ? "top" : undefined;
}

// What lies under the pointer decides what pulling it means.
function startOf(event) {
  const card = event.target.closest("[data-uid]");
  if (card && scroller.contains(card)) {
    const edge = edgeAt(card, event);
    return { kind: edge ? "resize" : "move", uid: card.dataset.uid, edge };
  }
  const news = event.target.closest("[data-pool]") && draggedFrom(event.target);
  if (news) return { kind: "move", ...news };
  const day = event.target.closest("[data-day]");
  if (!day || event.target.closest("[data-tail], button")) return null;
  return { kind: event.shiftKey ? "band" : "sketch" };
}

window.addEventListener("pointermove", (event) => {
  if (event.isPrimary) pointer = { x: event.clientX, y: event.clientY };
  if (!press) return;
  const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y);
  if (press.timer && !carry && !sketch) {
    if (moved > SLIPPED) release();
    return;
  }
  if (!carry && !sketch && !press.band && moved >= FAR_ENOUGH) begin();
  follow();
});

function begin() {
  press.timer = null;
  root.classList.add("is-dragging", `is-${press.kind}`);
  const spot = spotAt(press.x, press.y);
  if (press.kind === "band") press.band = band.start(press);
  else if (press.kind === "sketch") sketch = startSketch(spot);
  else take(spot);
  requestAnimationFrame(roll);
  follow();
}

function take(spot) {
  const { uid, kind, news } = press;
  if (!news && !chosen.has(uid)) choose([uid]);
  const together = kind === "resize" || news ? [uid] : [...chosen].filter((one) => one === uid || item(one)?.date);
  const one = news ?? item(uid);
  press.grab = one.date && spot ? spot.minute - one.start : 10;
  carry = new Carry(together, { news, first: uid });
  navigator.vibrate?.(10);
}

function startSketch(spot) {
  const from = snap(clamp(spot.minute, 0, DAY - 5), settings.grid);
  const node = piece("ghost");
  node.className = "board-ghost sketch";
  columnOf(spot.date).ghosts.append(node);
  return { date: spot.date, from, start: from, minutes: settings.grid, node };
}

function follow() {
  if (press?.band) return band.to(press.band, pointer);
  if (sketch) return drawSketch();
  if (!carry) return;
  const over = inside(pool, pointer) || inside(away, pointer);
  pool.classList.toggle("is-target", over && !carry.fresh);
  away.classList.toggle("is-target", over);
  const spot = inside(scroller, pointer) && spotAt(pointer.x, pointer.y);
  if (press.kind === "resize") resize();
  else if (over && !spot) carry.leave();
  else if (spot) carry.moveTo(spot.date, spot.minute - press.grab);
  else carry.stray();
  drawChip(over, spot);
}

function resize() {
  const spot = spotAt(columnOf(carry.base.get(press.uid).date).root.getBoundingClientRect().left + 1, pointer.y);
  if (spot) carry.resize(press.edge, spot.minute);
}

function drawSketch() {
  const spot = spotAt(columnOf(sketch.date).root.getBoundingClientRect().left + 1, pointer.y);
  const to = snap(clamp(spot.minute, 0, DAY), settings.grid);
  sketch.start = Math.min(sketch.from, to);
  sketch.minutes = Math.max(settings.grid, Math.abs(to - sketch.from));
  fill(sketch.node, { time: range(sketch.start, sketch.minutes), by: "", title: say("newItem"), why: "" });
  put(sketch.node, sketch.start, sketch.minutes);
}

// Away from the days there is no ghost; the title follows the pointer instead.
function drawChip(over, spot) {
  chip.hidden = Boolean(spot) || press.kind === "resize";
  if (chip.hidden) return;
  const one = carry.news ?? item(carry.first);
  const title = carry.uids.length > 1 ? say("several", { n: carry.uids.length }) : one.title;
  fill(chip, { title, to: over && !carry.fresh ? say("toUnscheduled") : "" });
  chip.style.transform = `translate(${pointer.x + 14}px, ${pointer.y + 10}px)`;
}

// Near an edge the board rolls on under the pointer.
function roll() {
  if (!carry && !sketch) return;
  const box = scroller.getBoundingClientRect();
  const speed = (low, high, at) => (at < low + EDGE ? at - low - EDGE : at > high - EDGE ? at - high + EDGE : 0);
  if (inside(scroller, pointer)) {
    const by = clamp(speed(box.top + 40, box.bottom, pointer.y), -EDGE, EDGE) / 4;
    const across = clamp(speed(box.left, box.right, pointer.x), -EDGE, EDGE) / 4;
    const before = [scroller.scrollTop, scroller.scrollLeft];
    scroller.scrollBy(press.kind === "move" ? across : 0, by);
    if (before[0] !== scroller.scrollTop || before[1] !== scroller.scrollLeft) follow();
  }
  requestAnimationFrame(roll);
}

window.addEventListener("pointerup", async (event) => {
  if (!press || event.pointerId !== press.id) return;
  const [held, drawn, banded] = [carry, sketch, press.band];
  const busy = held || drawn || banded;
  release();
  if (!busy) return;
  // The click that follows the drag must not choose anything.
  justDragged = true;
  setTimeout(() => { justDragged = false; }, 0);
  if (banded) band.end(banded);
  else if (drawn) openAdd({ date: drawn.date, start: drawn.start, minutes: drawn.minutes });
  else await held.drop();
});

window.addEventListener("pointercancel", (event) => press?.id === event.pointerId && cancel());

export function cancel() {
  const held = carry;
  if (press?.band) band.end(press.band);
  release();
  held?.end();
}

function release() {
  clearTimeout(press?.timer);
  root.classList.remove("is-dragging", "is-move", "is-resize", "is-sketch", "is-band");
  pool.classList.remove("is-target");
  away.classList.remove("is-target");
  sketch?.node.remove();
  chip.hidden = true;
  press = carry = sketch = null;
}

// A site that is only tapped comes with the form.
root.addEventListener("click", (event) => {
  const site = siteById(event.target.closest("[data-site]")?.dataset.site);
  if (site) openAddAt(site);
});
root.addEventListener("click", (event) => {
  if (!justDragged) return;
  event.stopPropagation();
  event.preventDefault();
}, true);

// While something is in the hand the finger does not scroll, and a long press opens no menu.
document.addEventListener("touchmove", (event) => isDragging() && event.cancelable && event.preventDefault(), { passive: false });
root.addEventListener("contextmenu", (event) => (isDragging() || press) && event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !press) return;
  event.stopPropagation();
  cancel();
}, true);
root.addEventListener("dragstart", (event) => event.preventDefault());

