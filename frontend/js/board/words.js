// Every text of the board stands in the page, translated; `{name}` is filled in here.

const shelf = new Map();
for (const node of document.getElementById("board-words").content.querySelectorAll("[data-word]")) {
  shelf.set(node.dataset.word, node.textContent);
}

// `key.one` is taken for a single thing where the language has such a form.
export function say(key, values = {}) {
  const text = (values.n === 1 && shelf.get(`${key}.one`)) || shelf.get(key);
  if (text === undefined) throw new Error(`no words for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
