// What is shown stands in the address: a reload, a bookmark and a link sent to somebody show the same.

import { VIEWS, dayIndex, here, onChange, settings } from "./store.js";

export function readAddress() {
  const asked = new URLSearchParams(location.search);
  if (VIEWS.includes(asked.get("view"))) settings.view = asked.get("view");
  if (dayIndex(asked.get("day")) >= 0) here.day = asked.get("day");
}

// The plain address is the week; a day is named where only one is shown.
function write() {
  const asked = new URLSearchParams(location.search);
  const put = (name, value) => (value ? asked.set(name, value) : asked.delete(name));
  put("view", settings.view === "week" ? "" : settings.view);
  put("day", settings.view === "day" ? here.day : "");
  const query = asked.toString();
  const address = `${location.pathname}${query && `?${query}`}${location.hash}`;
  if (address !== `${location.pathname}${location.search}${location.hash}`) history.replaceState(history.state, "", address);
}

onChange(write);
