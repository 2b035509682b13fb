// The steps of a submission: what is typed is also kept on this device, so that a reload,
// going back or a lost network takes nothing away, until it is kept on the server or sent.
// The last button sends once, however often it is pressed.

const page = document.querySelector("[data-step]");
const step = page.dataset.step;
const form = page.querySelector(`form[action="/submit/${step}"]`);
const mark = page.dataset.draft;

const typed = () => {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !["csrf", "seen", "back"].includes(name)) fields[name] = value;
  }
  for (const box of form.querySelectorAll("input[type=checkbox]:not(:checked)")) fields[box.name] = "";
  return fields;
};

// restore puts back what was typed here and did not reach the server.
function restore(fields) {
  if (fields.to_agency && !form.elements.agency && !location.search.includes("agency=")) { // chosen when there was no network
    location.replace(`/submit/what?agency=${encodeURIComponent(fields.agency)}`);
    return;
  }
  for (const [name, value] of Object.entries(fields)) {
    const input = form.elements[name];
    if (!input) continue;
    if (input.type === "checkbox") input.checked = value !== "";
    else if (input.value !== value) input.value = value;
  }
  form.dispatchEvent(new Event("restored"));
}

let touched = false; // by the person, on this page

async function begin() {
  if (page.dataset.owner) await letters.keep("owner", page.dataset.owner);
  if (step === "sent") return letters.forget("draft");
  const draft = await letters.draft(mark);
  for (const [name, kept] of Object.entries(draft.steps)) {
    if (name !== step && kept.sent) kept.arrived = true; // this page came, so the one before was kept
  }
  await letters.keep("draft", draft);
  const mine = draft.steps[step];
  if (form && mine && !mine.arrived && !touched && !page.querySelector(".errors")) restore(mine.fields);
}

// work is what is written to the device, one after the other.
let work = Promise.resolve();
const after = (act) => (work = work.then(act).catch(() => {})); // a private window: it works without

function save(sent) {
  const fields = typed();
  return after(async () => {
    const draft = await letters.draft(mark);
    draft.steps[step] = { fields, sent };
    draft.at = Date.now();
    await letters.keep("draft", draft);
  });
}

if ("indexedDB" in self) {
  after(begin);
  if (form) {
    let timer;
    form.addEventListener("input", () => {
      touched = true;
      clearTimeout(timer);
      timer = setTimeout(save, 300, false);
    });
    form.addEventListener("change", () => save(false));
    form.addEventListener("submit", () => {
      touched = false;
      clearTimeout(timer);
      save(true);
    });
    addEventListener("pagehide", () => touched && save(false));
  }
}

for (const f of document.querySelectorAll("form[data-discard]")) f.addEventListener("submit", () => letters.forget("draft"));

for (const f of document.querySelectorAll("form[data-send]")) {
  f.addEventListener("submit", (event) => {
    if (f.dataset.sending) event.preventDefault();
    f.dataset.sending = "1";
  });
  addEventListener("pageshow", () => delete f.dataset.sending); // back again
}
