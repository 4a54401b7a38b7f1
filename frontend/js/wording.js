// Fills the placeholders of a text while it is typed; the same rules as `fill` in reminders/services/wording.py.

const BRACES = /\{([^{}\n]*)\}/;

function fillLine(line, values) {
  const parts = line.split(BRACES);
  const found = parts.filter((_, place) => place % 2).map((name) => values[name.trim()] ?? "");
  if (found.length && !found.some(Boolean)) return null;
  return parts.map((part, place) => (place % 2 ? (values[part.trim()] ?? "") : part.replace(/[{}]/g, ""))).join("");
}

export function fill(text, values) {
  const lines = text.split(/\r\n|\r|\n/).map((line) => fillLine(line, values));
  return lines.filter((line) => line !== null).join("\n").replace(/\n{3,}/g, "\n\n").trim();
}
