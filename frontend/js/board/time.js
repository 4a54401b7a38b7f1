// Minutes after the midnight of a day, and how they are written.

import { say } from "./words.js";

export const DAY = 1440;

const two = (number) => String(number).padStart(2, "0");

export const clock = (minutes) => `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
export const range = (start, minutes) => say("span", { from: clock(start), to: clock(start + minutes) });
export const snap = (minutes, grid) => Math.round(minutes / grid) * grid;
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// `9:30`, `09:30` and `930` are the same time; anything else is none.
export function minutesOf(text) {
  const found = /^\s*(\d{1,2}):?(\d{2})\s*$/.exec(text ?? "");
  if (!found) return null;
  const [h, m] = [Number(found[1]), Number(found[2])];
  return h < 24 && m < 60 ? h * 60 + m : null;
}

// A time field is tidied when it is left.
document.addEventListener("change", (event) => {
  const minutes = event.target.matches?.("[data-time]") ? minutesOf(event.target.value) : null;
  if (minutes !== null) event.target.value = clock(minutes);
});

export function duration(minutes) {
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (!h) return say("minutes", { n: m });
  return m ? say("hoursMinutes", { h, m }) : say("hours", { n: h });
}

export const signed = (minutes) => `${minutes < 0 ? "−" : "+"}${duration(Math.abs(minutes))}`;
