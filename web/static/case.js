// The page of one case: keeps what is being written, tells what others do, shows previews
// without leaving the page.

import { ask, every } from "./console.js";

const page = document.querySelector("[data-state]");
const form = document.querySelector("[data-editor]");
const token = () => document.querySelector("input[name=csrf]").value;

// What is typed is kept a moment after the last key, and on the way out.

if (form) {
  const said = form.querySelector("[data-kept]");
  let timer, kept = text();

  function text() {
    const data = new URLSearchParams(new FormData(form));
    data.delete("csrf");
    return data.toString();
  }

  async function keep() {
    clearTimeout(timer);
    const now = text();
    if (now === kept) return;
    const body = new URLSearchParams(now);
    body.set("do", "keep");
    const answer = await ask(form.action, { method: "POST", body, headers: { "X-CSRF-Token": token() } });
    if (answer) kept = now;
    said.textContent = answer ? said.dataset.kept + " " + answer.at : said.dataset.failed;
    if (!answer) timer = setTimeout(keep, 10000);
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 1500);
  });
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    kept = text();
  });
  window.addEventListener("beforeunload", (e) => text() !== kept && e.preventDefault());

  // Preview: the same page as without scripts, of which only the preview is taken.
  form.addEventListener("click", async (e) => {
    if (e.target.value !== "preview" || e.target.name !== "do") return;
    e.preventDefault();
    const body = new URLSearchParams(text());
    body.set("do", "preview");
    try {
      const res = await fetch(form.action, { method: "POST", body, headers: { "X-CSRF-Token": token() } });
      const other = new DOMParser().parseFromString(await res.text(), "text/html");
      if (!other.querySelector("#preview.card")) throw new Error("no preview");
      kept = text();
      for (const id of ["preview", "publicview"]) {
        const old = document.getElementById(id), fresh = other.getElementById(id);
        if (fresh && old) old.replaceWith(document.adoptNode(fresh));
      }
      document.getElementById("preview").scrollIntoView({ block: "nearest" });
    } catch {
      e.target.form.requestSubmit(e.target); // as without scripts
    }
  });

  // Files are added without leaving what is typed: it is kept first.
  const files = document.querySelector(".attach");
  files?.addEventListener("submit", async (e) => {
    if (text() === kept) return;
    e.preventDefault();
    await keep();
    kept = text();
    files.submit();
  });
}

// The proposed direction of a ground, unless something was typed.

const direction = document.querySelector("[name='refuse.direction']");
for (const radio of document.querySelectorAll("[data-direction]")) {
  radio.addEventListener("change", () => {
    const proposed = [...document.querySelectorAll("[data-direction]")].map((r) => r.dataset.direction);
    if (direction.value.trim() === "" || proposed.includes(direction.value)) direction.value = radio.dataset.direction;
  });
}

// Whether the case changed, and who else is writing.

if (page) {
  every(10, async () => {
    const state = await ask(page.dataset.state);
    if (!state) return;
    document.querySelector("[data-stale]").hidden = state.version <= Number(page.dataset.version);
    const list = document.querySelector("[data-writing]");
    const is = state.writing.join("\n");
    if (list.innerText.trim() !== is) {
      list.replaceChildren(...state.writing.map((said) => Object.assign(document.createElement("li"), { textContent: said })));
    }
  });
}
