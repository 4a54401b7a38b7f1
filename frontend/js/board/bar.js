// The head and the bar over the days: undo and redo, what differs from the publication, how much is shown.

import { say } from "./words.js";
import { byId, fill, option, piece, slot } from "./dom.js";
import { dayIndex, editable, here, items, onChange, settings, set, state, changed, ZOOMS } from "./store.js";
import { asList, page, perPage, scroller, zoomTo } from "./grid.js";
import { redo, tryNow, undo } from "./queue.js";
import { openAdd } from "./adding.js";
import { openTool } from "./tools.js";
import { act } from "./acts.js";
import { clamp } from "./time.js";

const bar = byId("board-bar");
const days = byId("board-day");

function step(id, action, found, word) {
  const button = byId(id);
  button.setAttribute("aria-disabled", String(!found || !editable()));
  const name = found ? say(`${word}What`, { what: found.label }) : say(word);
  if (button.title !== name) button.title = name;
  slot(button, "what").textContent = found ? `: ${found.label}` : "";
}

function drawHead() {
  const { number, pending } = state.program;
  step("board-undo", undo, state.undo, "undo");
  step("board-redo", redo, state.redo, "redo");
  const differs = !number ? say("notPublished") : pending ? say("differs", { n: number }) : say("asPublished", { n: number });
  const mark = document.querySelector(".head .badge");
  if (mark && mark.textContent !== differs) {
    mark.textContent = differs;
    mark.className = `badge ${pending || !number ? "warn" : "ok"}`;
  }
  const publish = byId("board-publish");
  publish.hidden = !pending || !editable();
  publish.textContent = say("publish", { n: pending });
  publish.href = state.urls.publish;
}

function drawPager() {
  const shown = page();
  const [first, last] = [shown[0], shown.at(-1)];
  const key = state.days.map((day) => day.date).join();
  if (days.dataset.key !== key) {
    days.dataset.key = key;
    days.replaceChildren(...state.days.map((day) => option(day.date, day.label)));
  }
  const at = shown.some((day) => day.date === here.day) ? here.day : first?.date;
  if (days.value !== at) days.value = at ?? "";
  byId("board-pager").hidden = state.days.length <= shown.length;
  byId("board-earlier").disabled = !first || dayIndex(first.date) === 0;
  byId("board-later").disabled = !last || dayIndex(last.date) === state.days.length - 1;
}

function drawBar() {
  const view = asList() ? "list" : perPage() === 1 ? "day" : "week";
  for (const button of bar.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  byId("board-step").value = settings.grid;
  byId("board-lanes").hidden = state.groups.length < 2;
  byId("board-lanes").setAttribute("aria-pressed", String(settings.lanes));
  byId("board-out").disabled = settings.zoom === ZOOMS[0];
  byId("board-in").disabled = settings.zoom === ZOOMS.at(-1);
  for (const node of document.querySelectorAll("[data-needs-edit]")) node.hidden = !editable();
  fill(byId("board-locked"), { why: state.program.why_not });
  byId("board-locked").hidden = editable();
  byId("board-empty").hidden = !editable() || items().size > 0;
}

function drawCancelled() {
  const box = byId("board-cancelled");
  box.hidden = !state.cancelled.length;
  const key = JSON.stringify(state.cancelled);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  slot(box, "count").textContent = state.cancelled.length;
  slot(box, "list").replaceChildren(
    ...state.cancelled.map((one) => {
      const line = piece("cancelled", { title: one.title, time: one.time });
      slot(line, "restore").addEventListener("click", () => act("restore", [one.uid], one.version));
      return line;
    }),
  );
}

function turn(by) {
  const to = clamp(here.from + by * perPage(), 0, state.days.length - 1);
  here.from = to;
  here.day = state.days[to].date;
  here.focus = null;
  changed();
}

export function zoom(by) {
  const next = ZOOMS[clamp(ZOOMS.indexOf(settings.zoom) + by, 0, ZOOMS.length - 1)];
  if (next === settings.zoom) return;
  zoomTo(next);
  set({ zoom: next });
}

bar.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-open-tool]");
  if (tool) {
    tool.closest("details")?.removeAttribute("open");
    openTool(tool.dataset.openTool);
  }
  const view = event.target.closest("[data-view]");
  if (view) set({ view: view.dataset.view });
});
days.addEventListener("change", () => {
  here.day = days.value;
  here.focus = null;
  changed();
});
byId("board-earlier").addEventListener("click", () => turn(-1));
byId("board-later").addEventListener("click", () => turn(1));
byId("board-step").addEventListener("change", (event) => set({ grid: Number(event.target.value) }));
byId("board-lanes").addEventListener("click", () => set({ lanes: !settings.lanes }));
byId("board-in").addEventListener("click", () => zoom(1));
byId("board-out").addEventListener("click", () => zoom(-1));
byId("board-undo").addEventListener("click", undo);
byId("board-redo").addEventListener("click", redo);
byId("board-again").addEventListener("click", tryNow);
for (const button of document.querySelectorAll("[data-open-add]")) button.addEventListener("click", () => openAdd());
new ResizeObserver(changed).observe(scroller);

onChange(() => {
  drawHead();
  drawPager();
  drawBar();
  drawCancelled();
});
