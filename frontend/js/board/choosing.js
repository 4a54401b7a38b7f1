// Choosing: click, Ctrl or Shift and click, a day at once, a frame drawn around.

import { byId } from "./dom.js";
import { asList, cardOf, scroller, shownDays } from "./grid.js";
import { showDetails } from "./folds.js";
import { changed, choose, chosen, focusOn, here, ofDay } from "./store.js";

const root = byId("board");

function inOrder() {
  return shownDays().flatMap((date) => ofDay(date)).map((one) => one.uid);
}

export function chooseUntil(uid) {
  const order = inOrder();
  const [from, to] = [order.indexOf(here.focus), order.indexOf(uid)].sort((a, b) => a - b);
  if (from < 0) return choose([uid]);
  const picked = order.slice(from, to + 1);
  for (const one of picked) chosen.add(one);
  focusOn(uid);
}

export function toggle(uid) {
  if (chosen.has(uid)) chosen.delete(uid);
  else chosen.add(uid);
  focusOn(uid);
}

export function chooseDay(date) {
  here.day = date;
  choose(ofDay(date).map((one) => one.uid));
}

root.addEventListener("click", (event) => {
  const tail = event.target.closest("[data-tail]");
  const uid = event.target.closest("[data-uid]")?.dataset.uid ?? tail?.dataset.tail;
  const head = event.target.closest("[data-choose-day]");
  if (head) return chooseDay(head.closest("[data-date]").dataset.date);
  if (uid) {
    if (event.shiftKey) chooseUntil(uid);
    else if (event.ctrlKey || event.metaKey) toggle(uid);
    else {
      choose([uid]);
      if (asList()) showDetails();
    }
    return cardOf(uid)?.focus({ preventScroll: true });
  }
  const day = event.target.closest("[data-day]");
  if (day && scroller.contains(day)) {
    chosen.clear();
    here.day = day.dataset.date;
    changed();
  }
});

// A frame: everything it touches is chosen.
export const band = {
  start(press) {
    const node = byId("board-band");
    node.hidden = false;
    return { node, x: press.x, y: press.y, before: new Set(chosen) };
  },
  to(frame, pointer) {
    const [left, right] = [frame.x, pointer.x].sort((a, b) => a - b);
    const [top, bottom] = [frame.y, pointer.y].sort((a, b) => a - b);
    Object.assign(frame.node.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    chosen.clear();
    for (const uid of frame.before) chosen.add(uid);
    for (const uid of inOrder()) {
      const box = cardOf(uid)?.getBoundingClientRect();
      if (box && box.left < right && box.right > left && box.top < bottom && box.bottom > top) chosen.add(uid);
    }
    changed();
  },
  end(frame) {
    frame.node.hidden = true;
  },
};
