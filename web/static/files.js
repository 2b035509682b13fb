// Photos and files of a letter: made smaller, sent as soon as they are chosen, with how far
// they are; a copy stays on this device until the letter is sent, for when the network goes.

import { shrink } from "./shrink.js";

const form = document.getElementById("files");
const mark = document.querySelector("[data-step]").dataset.draft;

if (form) {
  const progress = document.getElementById("progress");
  form.querySelector(".actions").hidden = true; // nothing to press: it begins when chosen
  for (const field of form.querySelectorAll(".field")) {
    field.querySelector("label").classList.add("button", "second");
    field.querySelector("input").classList.replace("input", "unseen");
  }
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      let good = true;
      for (const file of files) good = (await take(file)) && good;
      if (good) location.reload();
    });
  }

  const say = (row, what, ...parts) => {
    row.textContent = parts.reduce((text, part, i) => text.replace(`{${i}}`, part), form.dataset[what]);
    return row;
  };

  async function take(file) {
    const row = progress.appendChild(document.createElement("p"));
    say(row, "shrinking", file.name);
    return send(row, await shrink(file), letters.key());
  }

  async function send(row, file, key) {
    let answer;
    try {
      answer = await post(file, key, (percent) => say(row, "sending", file.name, percent));
    } catch {
      await copy(file, key, "");
      again(say(row, "network", file.name), file, key);
      return false;
    }
    if (answer.status !== 201) {
      const said = answer.body.errors?.[0]?.message ?? answer.body.detail ?? answer.body.title ?? answer.status;
      row.className = "danger";
      row.textContent = `${form.dataset.failed.replace("{0}", file.name)} ${said}`;
      return false;
    }
    await copy(file, key, answer.body.id);
    return true;
  }

  function again(row, file, key) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button second";
    button.textContent = form.dataset.again;
    button.addEventListener("click", async () => {
      if (await send(row, file, key)) location.reload();
    });
    row.append(" ", button);
  }

  // post sends one file; fetch cannot tell how far it is.
  function post(file, key, far) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Idempotency-Key", key);
      request.setRequestHeader("X-CSRF-Token", form.elements.csrf.value);
      request.upload.onprogress = (e) => e.lengthComputable && far(Math.round((100 * e.loaded) / e.total));
      request.onload = () => {
        let body = {};
        try {
          body = JSON.parse(request.responseText);
        } catch {
          // not what a script gets: the status says enough
        }
        done({ status: request.status, body });
      };
      request.onerror = request.ontimeout = () => failed(new Error("no network"));
      const data = new FormData();
      data.append("file", file, file.name);
      request.send(data);
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
