// Times that cannot work for what is in the hand: asked from the server on taking it up, remembered for a moment.

import { piece, fill } from "./dom.js";
import { columnOf, put, shownDays } from "./grid.js";
import { item, state } from "./store.js";
import { read } from "./queue.js";
import { range } from "./time.js";

const GOOD_FOR = 60_000;
const remembered = new Map();
let current = [];
let wanted = null;

function questionOf(what) {
  if (what.site) return `site=${what.site}&people=${what.people ?? ""}`;
  return item(what.uid)?.site ? `uid=${what.uid}` : "";
}

async function ask(question) {
  const key = `${question} ${state.stamp}`;
  const found = remembered.get(key);
  if (found && Date.now() - found.at < GOOD_FOR) return found.blocked;
  const data = await read(await fetch(`${state.urls.blocked}?${question}`, { headers: { Accept: "application/json" } }));
  const blocked = data?.blocked ?? [];
  if (remembered.size > 50) remembered.clear();
  remembered.set(key, { blocked, at: Date.now() });
  return blocked;
}

export async function shadeFor(what) {
  const question = what && questionOf(what);
  wanted = question;
  if (!question) return clear();
  try {
    const blocked = await ask(question);
    if (wanted === question) {
      current = blocked;
      drawShades();
    }
  } catch {
    // Without an answer nothing is shaded; the drop is judged by the server anyway.
  }
}

export function clear() {
  wanted = null;
  current = [];
  drawShades();
}

export function drawShades() {
  for (const date of shownDays()) {
    const blocked = current.filter((one) => one.date === date);
    columnOf(date)?.shades.replaceChildren(
      ...blocked.map((one) => {
        const shade = piece("shade");
        fill(shade, { text: one.text });
        put(shade, one.start, one.end - one.start);
        return shade;
      }),
    );
  }
}

// Why this time would not do, or an empty text.
export function objection(date, start, minutes) {
  const met = current.filter((one) => one.date === date && one.start < start + minutes && start < one.end);
  return [...new Set(met.map((one) => one.text || range(one.start, one.end - one.start)))].join(" · ");
}
