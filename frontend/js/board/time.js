// Minutes after the midnight of a day, and how they are written.

import { say } from "./words.js";

export const DAY = 1440;

const two = (number) => String(number).padStart(2, "0");

export const clock = (minutes) => `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
export const range = (start, minutes) => `${clock(start)}~${clock(start + minutes)}`;
export const snap = (minutes, grid) => Math.round(minutes / grid) * grid;
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

export function minutesOf(text) {
  const found = /^(\d{1,2}):(\d{2})/.exec(text ?? "");
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

export function duration(minutes) {
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (!h) return say("minutes", { n: m });
  return m ? say("hoursMinutes", { h, m }) : say("hours", { n: h });
}

export const signed = (minutes) => `${minutes < 0 ? "−" : "+"}${duration(Math.abs(minutes))}`;
