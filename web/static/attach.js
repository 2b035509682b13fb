// Files of a message, a reply, a contribution or a letter that is keyed in: each input with
// data-attach sends what is chosen to that address at once, and lists it in the element with
// the id data-list, within the form that names it in its inputs data-name when it is sent.
// Without this script the files go with the form.

import { uploader } from "./upload.js";

for (const input of document.querySelectorAll("input[data-attach]")) {
  const words = input.dataset;
  const list = document.getElementById(words.list);
  const form = list.closest("form");
  const progress = document.createElement("div");
  progress.setAttribute("role", "status");
  input.after(progress);
  let sending = 0, pressed = null;

  const send = uploader({
    address: words.attach,
    token: input.form.elements.csrf.value,
    words,
    progress,
    taken: (file, key, answer) => add(answer),
  });

  function add({ id, name, named }) {
    const row = document.createElement("li");
    row.dataset.file = JSON.stringify({ id, name, named });
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = words.name;
    hidden.value = id;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "link";
    remove.textContent = words.remove;
    const what = document.createElement("span");
    what.className = "unseen";
    what.textContent = `: ${name}`;
    remove.append(what);
    remove.addEventListener("click", () => {
      row.remove();
      changed();
      input.focus();
    });
    row.append(hidden, name, " ");
    if (named) row.append(Object.assign(document.createElement("span"), { className: "tag warn", textContent: words.named }), " ");
    row.append(remove);
    list.append(row);
    changed();
  }

  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    sending++;
    for (const file of files) await send(file);
    sending--;
    if (sending === 0 && pressed && progress.childElementCount === 0) form.requestSubmit(pressed);
    pressed = null;
  });
  form.addEventListener("submit", (event) => { // what is on its way goes along
    if (sending === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = event.submitter;
  }, { capture: true });
  list.addEventListener("restore", (event) => event.detail.forEach(add));
}
