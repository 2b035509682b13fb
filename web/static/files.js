// Photos and files of a letter: sent as soon as they are chosen; a copy stays on this device
// until the letter is sent, for when the network goes.

import { uploader } from "./upload.js";

const form = document.getElementById("files");
const mark = document.querySelector("[data-step]").dataset.draft;

if (form) {
  form.querySelector(".actions").hidden = true; // nothing to press: it begins when chosen
  for (const field of form.querySelectorAll(".field")) {
    field.querySelector("label").classList.add("button", "second");
    field.querySelector("input").classList.replace("input", "unseen");
  }
  const send = uploader({
    address: form.action,
    token: form.elements.csrf.value,
    words: form.dataset,
    progress: document.getElementById("progress"),
    taken: (file, key, answer) => copy(file, key, answer.id),
    unsent: (file, key) => copy(file, key, ""),
    later: () => location.reload(),
  });
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      let good = true;
      for (const file of files) good = (await send(file)) && good;
      if (good) location.reload();
    });
  }

  async function copy(file, key, id) {
    try {
      const draft = await letters.draft(mark);
      draft.files = draft.files.filter((f) => f.key !== key).concat({ key, id, name: file.name, blob: file });
      draft.at = Date.now();
      await letters.keep("draft", draft);
    } catch {
      // no room on the device: the server has it, if it was sent
    }
  }
}

for (const remove of document.querySelectorAll("form[data-remove]")) {
  remove.addEventListener("submit", async () => {
    const draft = await letters.draft(mark);
    draft.files = draft.files.filter((f) => f.id !== remove.dataset.remove);
    await letters.keep("draft", draft);
  });
}
