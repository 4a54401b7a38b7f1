// Keeps the blue card true while the page stays open: now, or what comes next, from the day's own items.

const PERIOD = 30_000;
const MINUTE = 60_000;

function itemsOf(root) {
  return [...root.querySelectorAll(".rail [data-starts-at]:not(.cancelled)")]
    .map((node) => ({ node, starts: Date.parse(node.dataset.startsAt), ends: Date.parse(node.dataset.endsAt) }))
    .sort((a, b) => a.starts - b.starts);
}

// What a person needs to read: the running item; on the road, where the road leads; otherwise the next one.
export function choose(items, now) {
  const running = items.find((item) => item.starts <= now && now < item.ends && item.node.dataset.kind !== "travel");
  if (running) return { state: "now", item: running };
  const moving = items.some((item) => item.starts <= now && now < item.ends);
  const next = items.find((item) => item.starts > now && (item.node.dataset.kind !== "travel" || !moving));
  if (next) return { state: moving ? "moving" : "next", item: next };
  return { state: "done", item: null };
}

export function left(card, milliseconds) {
  const minutes = Math.ceil(milliseconds / MINUTE);
  if (minutes < 60) return card.dataset.inMinutes.replace("%s", minutes);
  if (minutes >= 24 * 60) return "";
  return card.dataset.inHours.replace("%s", Math.floor(minutes / 60)).replace("%s", minutes % 60);
}

function write(card, name, text) {
  const slot = card.querySelector(`[data-now-${name}]`);
  if (slot && slot.textContent !== text) slot.textContent = text;
}

export function refresh(card, now = Date.now()) {
  const items = itemsOf(document);
  if (!items.length) return;
  for (const { node, starts, ends } of items) {
    node.classList.toggle("is-past", ends <= now);
    node.classList.toggle("is-now", starts <= now && now < ends);
  }
  const { state, item } = choose(items, now);
  write(card, "state", card.dataset[`${state}Label`] ?? card.dataset.nowLabel);
  write(card, "left", item && state !== "now" ? left(card, item.starts - now) : "");
  if (!item) return;
  write(card, "time", item.node.dataset.time);
  write(card, "title", item.node.dataset.title);
  write(card, "detail", item.node.dataset.detail);
}

function refreshAll() {
  const card = document.querySelector("[data-now]");
  if (card) refresh(card);
}

refreshAll();
setInterval(refreshAll, PERIOD);
document.addEventListener("visibilitychange", refreshAll);
document.addEventListener("htmx:afterSettle", refreshAll);
