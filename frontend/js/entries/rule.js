// The form of a reminder rule: only the fields that count, the text message measured and shown with example values
// while it is typed, placeholders put in by a click. Without it the form works; the server measures the same.
import { measure, seen } from "../sms.js";
import { fill } from "../wording.js";

const PAUSE = 150;

function start(form) {
  const data = JSON.parse(document.getElementById("rule-data").textContent);
  const audience = form.elements.audience;
  let last = form.elements.body;

  const values = (language) => {
    const known = data[language].values[audience.value];
    const offered = new Set(data.offered[audience.value]);
    return Object.fromEntries(
      Object.entries(data.names).map(([written, name]) => [written, offered.has(name) ? known[name] : ""]),
    );
  };

  const showWhatCounts = () => {
    const trigger = form.elements.trigger.value;
    for (const part of form.querySelectorAll("[data-for-trigger]")) {
      part.hidden = !part.dataset.forTrigger.split(" ").includes(trigger);
    }
    for (const part of form.querySelectorAll("[data-for-audience]")) {
      part.hidden = !part.dataset.forAudience.split(" ").includes(audience.value);
      if (part.hidden) part.querySelector("select").value = "";
    }
    for (const line of form.querySelectorAll("[data-audiences]")) {
      line.hidden = !line.dataset.audiences.split(" ").includes(audience.value);
    }
  };

  const sizeWords = (text, time) => {
    const { bytes, size, outside } = measure(text, data.limits);
    const lines = [data.words[size].replace("%(n)s", bytes.toLocaleString("en"))];
    if (outside.length) lines.push(data.words.outside.replace("%(signs)s", outside.join(" ")));
    if (!seen(text, data.limits.seen).includes(time)) lines.push(data.words.late);
    return { size, lines };
  };

  const show = (part) => {
    const { language } = part.dataset;
    const ending = language === "en" ? "_en" : "";
    const [subject, body, sms] = ["subject", "body", "sms"].map((name) => form.elements[`${name}${ending}`].value);
    const { sender } = data[language];
    const known = values(language);
    const short = fill(sms, known) || fill(subject, known);
    const box = part.querySelector("[data-size]");
    const words = box.querySelector("[data-size-words]");
    const bubble = box.querySelector("[data-sms-example]");
    const mail = box.querySelector("[data-mail-example]");
    bubble.hidden = !short;
    mail.hidden = !(subject || body);
    if (short) {
      const text = `${sender}${short}`;
      const { size, lines } = sizeWords(text, data[language].values[audience.value].time);
      bubble.textContent = text;
      words.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
      // Spoken only when the kind of message changes, not at every letter.
      if (box.dataset.kind && box.dataset.kind !== size) box.querySelector("[data-size-status]").textContent = lines[0];
      box.dataset.kind = size;
    }
    box.querySelector("[data-mail-subject]").textContent = `${sender}${fill(subject, known)}`;
    box.querySelector("[data-mail-body]").textContent = fill(body, known);
  };

  const showAll = () => form.querySelectorAll("[data-language]").forEach(show);

  const insert = (button) => {
    const name = last.closest("[data-language]").dataset.language === "en" ? button.dataset.insertEn : button.dataset.insertKo;
    last.focus();
    last.setRangeText(`{${name}}`, last.selectionStart, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
  };

  for (const button of form.querySelectorAll("[data-insert-ko]")) {
    button.hidden = false;
    button.parentElement.querySelector("[data-plain]").remove();
    button.addEventListener("click", () => insert(button));
  }
  form.addEventListener("focusin", ({ target }) => {
    if (target.closest("[data-language]") && target.matches("input, textarea")) last = target;
  });
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(showAll, PAUSE);
  });
  // Not for texts: leaving one must not move what is being clicked.
  form.addEventListener("change", ({ target }) => {
    if (!target.matches("select, [type=radio]")) return;
    showWhatCounts();
    showAll();
  });
  showWhatCounts();
  showAll();
}

document.querySelectorAll("[data-rule-form]").forEach(start);

export { fill, measure, seen };
