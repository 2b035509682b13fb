// Makes the console faster to use. Everything here has a link or a button as well.

// Keys. An element with data-key="r" is what r leads to: a field is gone into, anything else
// is pressed. "g c" is g and then c.

const typing = (el) => el.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const off = "console.keys.off";
let first = "";

function byKey(key) {
  return [...document.querySelectorAll("[data-key]")].find((el) => el.dataset.key === key);
}

function go(el) {
  for (let box = el.closest("details"); box; box = box.parentElement.closest("details")) {
    if (!(el.tagName === "SUMMARY" && el.parentElement === box)) box.open = true;
  }
  if (el.matches("input, textarea")) {
    el.focus();
    el.scrollIntoView({ block: "center" });
  } else {
    el.focus();
    el.click();
  }
}

function move(step) {
  const links = [...document.querySelectorAll("[data-cases] .case-title")];
  if (links.length === 0) return false;
  const row = document.activeElement.closest("[data-cases] > li");
  const at = row ? links.indexOf(row.querySelector(".case-title")) : step > 0 ? -1 : links.length;
  const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || localStorage.getItem(off)) return;
  if (typing(e.target)) {
    if (e.key === "Escape") e.target.blur();
    return;
  }
  const key = first ? first + " " + e.key : e.key;
  first = "";
  if (e.key === "g" && key === "g") {
    first = "g";
    return;
  }
  if ((key === "j" && move(1)) || (key === "k" && move(-1))) {
    e.preventDefault();
    return;
  }
  if (key === "x") {
    const box = document.activeElement.closest("[data-cases] > li")?.querySelector("input[type=checkbox]");
    if (box) box.click();
    return;
  }
  const el = byKey(key);
  if (el) {
    e.preventDefault();
    go(el);
  }
});

for (const box of document.querySelectorAll("[data-keys-off]")) {
  box.checked = localStorage.getItem(off) !== null;
  box.addEventListener("change", () => (box.checked ? localStorage.setItem(off, "1") : localStorage.removeItem(off)));
}

// Where one was: the row that the address names, or the one that was opened last.

const row = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (row && row.matches("[data-cases] > li")) row.querySelector(".case-title").focus({ preventScroll: false });

// Filters apply when they are changed.

for (const select of document.querySelectorAll(".filters select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// Names of agencies are completed while they are typed.

for (const input of document.querySelectorAll("[data-agency]")) {
  let asked = 0;
  input.addEventListener("input", async () => {
    const mine = ++asked;
    if (input.value.trim().length < 2) return;
    const answer = await ask("/console/agencies?q=" + encodeURIComponent(input.value));
    if (!answer || mine !== asked) return;
    document.getElementById(input.getAttribute("list")).replaceChildren(...answer.map((name) => Object.assign(document.createElement("option"), { value: name })));
  });
}

// Asks for JSON; undefined when there is none, for whatever reason.
export async function ask(address, options = {}) {
  try {
    const res = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers } });
    if (res.ok && res.headers.get("Content-Type")?.startsWith("application/json")) return await res.json();
  } catch {
    // no network: the next time
  }
}

// Does something every so many seconds while somebody looks.
export function every(seconds, what) {
  let timer = setInterval(what, seconds * 1000);
  document.addEventListener("visibilitychange", () => {
    clearInterval(timer);
    if (!document.hidden) {
      what();
      timer = setInterval(what, seconds * 1000);
    }
  });
}

// Counts of the views.

const poll = document.querySelector("[data-poll]");
if (poll) {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  every(15, async () => {
    const counts = await ask(poll.dataset.poll);
    for (const el of document.querySelectorAll("[data-count]")) {
      const n = counts?.[el.dataset.count];
      if (n === undefined) continue;
      el.textContent = number.format(n);
      if (el.dataset.count === "late") el.classList.toggle("alarm", n > 0);
    }
  });
}
