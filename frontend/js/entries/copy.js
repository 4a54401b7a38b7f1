// A button that copies the text of a field: <button data-copy="field id" data-done="said afterwards" hidden>.
// Without the clipboard (plain http on another machine) the text is selected, so that Ctrl+C does it.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const status = document.querySelector("[data-copy-status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
      if (status) status.textContent = button.dataset.done;
    } catch {
      field.focus();
    }
  });
}
