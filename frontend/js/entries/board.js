// The schedule board. Each subject has its file in ../board; this one only brings them together.

import { drawNow, onChange, items, here, ofDay, state } from "../board/store.js";
import { draw } from "../board/grid.js";
import { drawShades } from "../board/shade.js";
import { readAddress } from "../board/address.js";
import "../board/bar.js";
import "../board/pool.js";
import "../board/panel.js";
import "../board/problems.js";
import "../board/route.js";
import "../board/drag.js";
import "../board/keys.js";
import "../board/poll.js";

// An address may name the item to show.
const wanted = decodeURIComponent(location.hash.replace("#item-", ""));
if (items().has(wanted)) {
  here.focus = wanted;
  here.day = items().get(wanted).date ?? here.day;
} else here.day = state.days.find((day) => day.date === state.now.slice(0, 10))?.date ?? state.days.find((day) => ofDay(day.date).length)?.date ?? here.day;
readAddress();

document.getElementById("board").hidden = false;
onChange(draw);
onChange(drawShades);
drawNow();
