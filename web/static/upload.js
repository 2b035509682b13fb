// Sends files one at a time as soon as they are chosen, photos made smaller, with how far
// they are.

import { shrink } from "./shrink.js";

// uploader returns a function that sends one file and says whether it was taken. address is
// where to; token is that of the form; words has what is said (sending, shrinking, network,
// failed, again), in the element progress. taken is told each file with its key and the
// answer, unsent each that did not get through; later is called when pressing «again» helped.
export function uploader({ address, token, words, progress, taken, unsent = async () => {}, later = () => {} }) {
  const say = (row, what, ...parts) => {
    row.textContent = parts.reduce((text, part, i) => text.replace(`{${i}}`, part), words[what]);
    return row;
  };

  async function send(row, file, key) {
    let answer;
    try {
      answer = await post(address, token, file, key, (percent) => say(row, "sending", file.name, percent));
    } catch {
      await unsent(file, key);
      again(say(row, "network", file.name), file, key);
      return false;
    }
    if (answer.status !== 201) {
      const said = answer.body.errors?.[0]?.message ?? answer.body.detail ?? answer.body.title ?? answer.status;
      row.className = "danger";
      row.textContent = `${words.failed.replace("{0}", file.name)} ${said}`;
      return false;
    }
    await taken(file, key, answer.body);
    row.remove();
    return true;
  }

  function again(row, file, key) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button second";
    button.textContent = words.again;
    button.addEventListener("click", async () => (await send(row, file, key)) && later());
    row.append(" ", button);
  }

  return async (file) => {
    const row = progress.appendChild(document.createElement("p"));
    say(row, "shrinking", file.name);
    return send(row, await shrink(file), crypto.randomUUID().replaceAll("-", ""));
  };
}

// post sends one file; fetch cannot tell how far it is.
function post(address, token, file, key, far) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("X-CSRF-Token", token);
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
