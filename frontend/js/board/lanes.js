// Where cards of one day lie side by side. Plain values in, shares of the column's width out.

// Entries: {key, start, end, order} where order is the place of its first group. Those that touch in time share the width.
export function lay(entries) {
  const boxes = new Map();
  const sorted = [...entries].sort((a, b) => a.start - b.start || a.order - b.order || b.end - a.end);
  let cluster = [];
  let until = -1;
  const close = () => {
    spread(cluster, boxes);
    cluster = [];
  };
  for (const entry of sorted) {
    if (cluster.length && entry.start >= until) {
      close();
      until = -1;
    }
    cluster.push(entry);
    until = Math.max(until, entry.end);
  }
  close();
  return boxes;
}

function spread(cluster, boxes) {
  const columns = [];
  for (const entry of cluster) {
    let column = columns.findIndex((taken) => taken.every((other) => other.end <= entry.start || entry.end <= other.start));
    if (column < 0) column = columns.push([]) - 1;
    columns[column].push(entry);
  }
  for (const [index, column] of columns.entries()) {
    for (const entry of column) boxes.set(entry.key, { left: index / columns.length, width: reach(columns, index, entry) / columns.length });
  }
}

// A card uses the free room to its right.
function reach(columns, index, entry) {
  let next = index + 1;
  while (next < columns.length && columns[next].every((other) => other.end <= entry.start || entry.end <= other.start)) next += 1;
  return next - index;
}

// One lane a group: `lanes` is [first, last] of the groups an entry is for, null for all of them.
export function layByGroup(entries, count) {
  const boxes = new Map();
  const parts = entries.map((entry) => ({ ...entry, lanes: entry.lanes ?? [0, count - 1] }));
  for (const entry of parts) {
    const rivals = parts.filter((other) => meets(entry, other));
    const inner = lay(rivals).get(entry.key);
    const [left, width] = [entry.lanes[0] / count, (entry.lanes[1] - entry.lanes[0] + 1) / count];
    boxes.set(entry.key, { left: left + inner.left * width, width: inner.width * width });
  }
  return boxes;
}

const meets = (a, b) => a.start < b.end && b.start < a.end && a.lanes[0] <= b.lanes[1] && b.lanes[0] <= a.lanes[1];
