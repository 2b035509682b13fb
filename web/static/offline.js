// The page without network: letters that wait on this device and how they stand, and a
// form for writing one now.

import { shrink } from "./shrink.js";

const section = document.getElementById("letters");
const form = document.getElementById("write");
const network = document.getElementById("network");
const chosen = document.getElementById("chosen");
const wish = document.getElementById("wish");
const words = section.dataset;
const FIELDS = ["title", "body", "agency", "agency_name", "to_agency", "where", "province", "place", "name", "publish_name", "private"];

let files = [];

function element(name, text, className) {
  const e = document.createElement(name);
  if (text) e.textContent = text;
  if (className) e.className = className;
  return e;
}

function button(text, act) {
  const b = element("button", text, "button second");
  b.type = "button";
  b.addEventListener("click", act);
  return b;
}

function link(text, path) {
  const a = element("a", text, "button");
  a.href = path;
  return a;
}

function row(letter) {
  const li = document.createElement("li");
  const sent = letter.state === "sent";
  const text = letter.fields?.title || letter.fields?.body?.slice(0, 100);
  if (text) li.append(element("h3", text));
  const said = sent ? `${words.sent} ${words.code} ${letter.code}` : letter.state === "problem" ? `${words.problem} ${letter.problem}` : words[letter.state];
  li.append(element("p", said, { sent: "ok", problem: "danger" }[letter.state] ?? "warn"));
  const n = (letter.files?.length ?? 0) + (letter.uploads?.length ?? 0);
  if (n > 0) li.append(element("p", n === 1 ? words.single : words.files.replace("{0}", n), "small muted"));
  const actions = element("div", "", "actions");
  if (sent) actions.append(link(letter.code, "/my/" + letter.code), button(words.doHide, () => letters.remove(letter.key)));
  else {
    if (letter.state === "signin") actions.append(link(words.doSignin, "/signin?next=/offline"));
    if (letter.state === "other" || letter.state === "ask") actions.append(button(words.doSend, () => sendAs(letter)));
    if (letter.state === "problem") actions.append(button(words.doSend, async () => { await letters.put({ ...letter, state: "later" }); flush(); }));
    if (letter.state !== "sending") actions.append(button(words.doEdit, () => edit(letter)), button(words.doRemove, () => letters.remove(letter.key)));
  }
  li.append(actions);
  return li;
}

// sendAs sends a letter from whoever is signed in now: the person has pressed for it.
async function sendAs(letter) {
  const { owner } = await (await fetch("/submit/token", { headers: { Accept: "application/json" } })).json();
  await letters.put({ ...letter, owner, state: "later" });
  flush();
}

async function edit(letter) {
  await letters.remove(letter.key);
  fill(letter.fields);
  files = letter.files ?? [];
  listFiles();
  await keep();
  form.elements.body.focus();
}

async function list() {
  const all = (await letters.all()).sort((a, b) => b.at - a.at);
  section.hidden = all.length === 0;
  section.querySelector("ul").replaceChildren(...all.map(row));
}

// fill puts what was typed into the form, and the agency that was chosen at the steps.
function fill(fields) {
  for (const name of FIELDS) {
    const input = form.elements[name];
    if (input.type === "checkbox") input.checked = fields[name] === "yes" || fields[name] === "1";
    else input.value = fields[name] ?? "";
  }
  wish.hidden = !fields.agency;
  wish.querySelector("label span").textContent = wish.dataset.to.replace("{0}", fields.agency_name);
}

function typed() {
  const fields = {};
  for (const name of FIELDS) {
    const input = form.elements[name];
    fields[name] = input.type === "checkbox" ? (input.checked ? (name === "private" ? "1" : "yes") : "") : input.value;
  }
  return fields;
}

async function keep() {
  const { what, where, who } = { what: {}, where: {}, who: {} };
  const f = typed();
  Object.assign(what, { title: f.title, body: f.body, agency: f.agency, agency_name: f.agency_name, to_agency: f.to_agency });
  Object.assign(where, { where: f.where, province: f.province, place: f.place });
  Object.assign(who, { name: f.name, publish_name: f.publish_name, private: f.private });
  const draft = await letters.draft();
  await letters.keep("draft", { ...draft, at: Date.now(), steps: { what: { fields: what }, where: { fields: where }, who: { fields: who } }, files });
}

function listFiles() {
  chosen.replaceChildren(...files.map((f) => element("li", f.name)));
}

let timer;
async function flush() {
  clearTimeout(timer);
  const done = await letters.flush();
  if (!done) timer = setTimeout(flush, 5000);
}

async function reachable() {
  try {
    const { owner } = await (await fetch("/submit/token", { headers: { Accept: "application/json" }, cache: "no-store" })).json();
    network.textContent = network.dataset.there;
    if (owner) await letters.keep("owner", owner);
  } catch {
    network.textContent = network.dataset.away;
  }
}

async function begin() {
  letters.onChange(list);
  const draft = await letters.draft();
  fill(Object.assign({}, ...Object.values(draft.steps).map((s) => s.fields)));
  files = draft.files ?? [];
  listFiles();
  let pause;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(keep, 300);
  });
  document.getElementById("f-file").addEventListener("change", async (event) => {
    const added = [...event.target.files];
    event.target.value = "";
    for (const file of added) {
      const small = await shrink(file);
      if (files.length < 10) files.push({ key: letters.key(), name: small.name, blob: small });
    }
    listFiles();
    await keep();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(pause);
    const body = form.elements.body;
    body.setCustomValidity(body.value.trim().length < 10 ? form.dataset.required : "");
    if (!body.reportValidity() || form.dataset.busy) return;
    form.dataset.busy = "1";
    const fields = { ...typed(), notice: form.dataset.notice }; // as it was shown here
    await letters.add({ key: letters.key(), owner: (await letters.kept("owner")) ?? "", fields, files: files.map((f) => ({ key: f.key, name: f.name, blob: f.blob })) });
    await letters.forget("draft");
    files = [];
    listFiles();
    fill({});
    delete form.dataset.busy;
    await list();
    document.getElementById("letters-title").focus();
    flush();
  });
  form.elements.body.addEventListener("input", () => form.elements.body.setCustomValidity(""));
  form.hidden = false; // now: nothing that one types is replaced any more
  await list();
  await reachable();
  addEventListener("online", () => { reachable(); flush(); });
  setInterval(reachable, 15000);
  await flush();
}

begin();
