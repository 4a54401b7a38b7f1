// Asks every few seconds whether another organizer changed something; only while somebody looks at the page.

import { here, replace, state } from "./store.js";
import { isBusy, read } from "./queue.js";
import { offline, tell } from "./notice.js";
import { say } from "./words.js";

const PERIOD = 4_000;
const SLOWEST = 60_000;
// No longer theirs to see, or gone: nothing that a later question would mend.
const REFUSED = new Set([403, 404]);
let failures = 0;
let asking = false;
let held = null;

async function ask() {
  if (asking || document.hidden || isBusy()) return;
  asking = true;
  try {
    const stamp = state.stamp;
    const response = await fetch(`${state.urls.state}?since=${encodeURIComponent(stamp)}`, { headers: { Accept: "application/json" } });
    const fresh = await read(response);
    failures = response.ok ? 0 : failures + 1;
    if (response.ok) offline(false);
    else if (failures === 1 && REFUSED.has(response.status)) tell(fresh?.error || say("failed"), { tone: "bad" });
    // An answer that a command has overtaken is old news.
    if (fresh?.items && !isBusy() && state.stamp === stamp) take(fresh);
  } catch {
    failures += 1;
    if (failures > 1) offline(true);
  }
  asking = false;
}

// What is in the hand stays in the hand: the news waits until it is put down.
function take(fresh) {
  if (here.carrying) held = fresh;
  else here.fresh = replace(fresh);
}

export function takeHeld() {
  const fresh = held;
  held = null;
  if (fresh && fresh.stamp !== state.stamp && !isBusy()) here.fresh = replace(fresh);
}

async function keepAsking() {
  await ask();
  setTimeout(keepAsking, Math.min(PERIOD * 2 ** failures, SLOWEST));
}

document.addEventListener("visibilitychange", ask);
window.addEventListener("online", ask);
setTimeout(keepAsking, PERIOD);
