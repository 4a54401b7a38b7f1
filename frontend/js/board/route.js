// The day's way on a sketch from the server; without one the panel only holds the day's sums.

import { byId, fill, later, slot } from "./dom.js";
import { dayOf, here, onChange, state } from "./store.js";

const panel = byId("board-route");
const place = slot(panel, "map");
let drawn = "";
let turn = 0;

const fetchMap = later(350, async (url) => {
  const mine = ++turn;
  try {
    const response = await fetch(url, { headers: { "HX-Request": "true" } });
    const html = response.ok && !response.redirected ? await response.text() : "";
    if (mine === turn) place.innerHTML = html;
  } catch {
    if (mine === turn) place.replaceChildren();
  }
});

onChange(() => {
  const day = dayOf(here.day);
  panel.hidden = !day;
  if (!day) return;
  fill(panel, { label: day.label, km: day.km ? `${day.km}\u00a0km` : "", drive: day.drive, learning: day.learning });
  for (const name of ["km", "drive", "learning"]) slot(panel, name).closest("div").hidden = slot(panel, name).hidden;
  const key = `${day.date} ${state.stamp}`;
  if (key === drawn || !state.urls.map) return;
  drawn = key;
  fetchMap(state.urls.map.replace("DATE", day.date));
});
