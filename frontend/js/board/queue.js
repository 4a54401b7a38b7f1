// Commands on their way to the server: one after the other, shown at once, taken back when refused, repeated when the line is down.

import { say } from "./words.js";
import { absorb, choose, dayOf, editable, here, items, known, patch, replace, state } from "./store.js";
import { offline, showTheirs, signedOut, tell } from "./notice.js";
import { newUid } from "./uid.js";

const SIGNED_OUT = 401;
const OLD_TOKEN = "csrf";
const AGAIN_AFTER = [1_000, 3_000, 8_000, 15_000];
let token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
const waiting = [];
let running = false;
let wake = null;

export const isBusy = () => running || waiting.length > 0;

export const versionsOf = (uids) => new Map(uids.map((uid) => [uid, known(uid)?.version]));

// `body` makes the command from the versions; they are those of the moment somebody took hold, raised only by our own answers.
export function send(body, { uids = [], versions = versionsOf(uids), changes = null, url = state.urls.command, refused = null } = {}) {
  if (!editable()) {
    tell(state.program.why_not, { tone: "bad" });
    return Promise.resolve(null);
  }
  const drop = changes ? patch(changes) : () => {};
  return new Promise((resolve) => {
    waiting.push({ body, versions, changes, drop, url, refused, resolve, tries: 0, nonce: newUid() });
    run();
  });
}

export const undo = () => state.undo && send(() => ({}), { url: state.urls.undo });
export const redo = () => state.redo && send(() => ({}), { url: state.urls.redo });

async function run() {
  if (running) return;
  running = true;
  while (waiting.length) {
    const command = waiting[0];
    const answer = await post(command.url, command.body((uid) => command.versions.get(uid)), command.nonce);
    if (answer.lost) {
      offline(true);
      await pause(command);
    } else if (answer.status === SIGNED_OUT) await signedInAgain(command);
    else if (answer.data?.code !== OLD_TOKEN || command.renewed || !(await renew(command))) done(command, answer);
  }
  running = false;
}

function done(command, answer) {
  waiting.splice(waiting.indexOf(command), 1);
  offline(false);
  settle(command, answer);
}

// Signed out: the change stays on the screen; it is sent by the person who made it, once signed in again in another window.
async function signedInAgain(command) {
  signedOut(true);
  await pause(command);
  await renew(command);
}

// A new sign-in has a new token. Somebody else's sign-in sends nothing of ours.
async function renew(command) {
  try {
    const response = await fetch(state.urls.state, { headers: { Accept: "application/json" } });
    const fresh = await read(response);
    if (!response.ok || !fresh?.items) return false;
    token = response.headers.get("X-CSRFToken") ?? token;
    command.renewed = true;
    if (fresh.me === state.me) return true;
    for (const other of [...waiting]) done(other, { status: 0, data: { error: say("anotherPerson") } });
    return true;
  } catch {
    return false;
  }
}

// The line is down: the change stays on the screen and is sent again under the same name, so that it is never done twice.
async function pause(command) {
  const wait = AGAIN_AFTER[Math.min(command.tries, AGAIN_AFTER.length - 1)];
  command.tries += 1;
  await new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, wait);
  });
}

export function tryNow() {
  wake?.();
}
for (const sign of ["online", "focus"]) window.addEventListener(sign, tryNow);

// Leaving while something waits would lose it.
window.addEventListener("beforeunload", (event) => {
  if (isBusy()) event.preventDefault();
});

function settle(command, { status, data }) {
  if (status === 200) accept(command, data);
  else if (status === 409) stale(command, data);
  else refuse(command, data?.error || say("failed"));
  command.drop();
  command.resolve(status === 200 ? data : null);
}

// Our own step raised the version: what waits, and what is in the hand, was meant for the item after it.
function raise(changed, holders) {
  for (const one of changed) {
    const before = known(one.uid)?.version;
    for (const versions of holders) if (versions?.has(one.uid) && versions.get(one.uid) === before) versions.set(one.uid, one.version);
  }
}

// A dialog in the way shows its refusal itself: behind it nobody would see it.
function refuse(command, text) {
  if (command.refused) command.refused(text);
  else tell(text, { tone: "bad" });
}

function accept(command, answer) {
  const before = new Map(state.conflicts.map((one) => [one.key, one]));
  raise(answer.items, [...waiting.map((other) => other.versions), here.versions]);
  absorb(answer);
  const focus = (answer.focus ?? []).filter((uid) => items().has(uid));
  if (focus.length) choose(focus);
  tell(answer.said, { notes: [whereTo(answer.items), ...(answer.notes ?? []), ...consequences(before, answer.conflicts)] });
}

// One item is named with its new place; several are counted by the server.
function whereTo(changed) {
  const [one] = changed;
  if (changed.length !== 1) return "";
  return `${one.title}: ${one.date ? `${dayOf(one.date)?.label ?? one.date}, ${one.time}` : say("noTime")}.`;
}

// After a move: what is wrong now that was not, and how much is mended.
function consequences(before, after) {
  const fresh = after.filter((one) => !before.has(one.key));
  const kept = new Set(after.map((one) => one.key));
  const solved = [...before.keys()].filter((key) => !kept.has(key)).length;
  const said = fresh.slice(0, 3).map((one) => say("newProblem", { text: one.message }));
  if (fresh.length > 3) said.push(say("moreProblems", { n: fresh.length - 3 }));
  if (solved) said.push(say("solved", { n: solved }));
  return said;
}

function stale(command, answer) {
  here.fresh = replace(answer.state);
  const isStep = command.url !== state.urls.command;
  showTheirs(answer, isStep ? () => send(() => ({ skip: true }), { url: command.url }) : null);
}

export async function preview(body) {
  const { status, data, lost } = await post(state.urls.command, { ...body, preview: true });
  if (status === SIGNED_OUT) signedOut(true);
  if (lost) return { error: say("offline") };
  if (status === 409) {
    here.fresh = replace(data.state);
    return { error: data.error };
  }
  return status === 200 ? data : { error: data?.error || say("failed") };
}

async function post(url, body, nonce = null) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json", ...(nonce && { "Idempotency-Key": nonce }) },
      body: JSON.stringify(body),
    });
    if (response.status >= 502) return { lost: true };
    const data = await read(response);
    return { status: data || !response.ok ? response.status : SIGNED_OUT, data };
  } catch {
    return { lost: true };
  }
}

export async function read(response) {
  if (response.status === 204) {
    signedOut(false);
    return null;
  }
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const away = response.status === SIGNED_OUT || response.redirected || (response.ok && !isJson);
  if (away || response.ok) signedOut(away);
  return isJson ? response.json() : null;
}
