// The commune while one types it: a combobox of communes by old and new names (WAI-ARIA
// APG, "editable combobox with list autocomplete"). Without this script the name is looked
// up after the step.

const box = document.querySelector(".combo");
const input = box.querySelector("input[name=where]");
const form = input.form;
const PAUSE = 200; // milliseconds without a key before asking

const list = document.createElement("ul");
list.id = "places";
list.className = "suggestions";
list.hidden = true;
list.lang = "vi";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", box.querySelector("label").textContent);
const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
box.append(list, status);
for (const [name, value] of Object.entries({
  role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
})) input.setAttribute(name, value);

let timer, request, found = [], at = -1;

function close() {
  clearTimeout(timer);
  request?.abort();
  list.hidden = true;
  at = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function show(places) {
  found = places;
  at = -1;
  list.replaceChildren(...places.map((p, i) => {
    const option = document.createElement("li");
    option.id = "place-" + i;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(p.text);
    if (p.hint) {
      const hint = document.createElement("span");
      hint.className = "small muted";
      hint.textContent = p.hint;
      option.append(hint);
    }
    return option;
  }));
  list.hidden = places.length === 0;
  input.setAttribute("aria-expanded", String(places.length > 0));
  input.removeAttribute("aria-activedescendant");
  status.textContent = places.length ? box.dataset.places.replace("{0}", places.length) : box.dataset.none;
}

async function ask() {
  request?.abort();
  const q = input.value.trim();
  if (q.length < 2) return close();
  request = new AbortController();
  try {
    const answer = await fetch(`/submit/places?q=${encodeURIComponent(q.slice(0, 200))}`, { signal: request.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return close();
    const places = await answer.json();
    if (document.activeElement === input) show(places);
  } catch {
    // no network, or asked again meanwhile
  }
}

function mark(i) {
  clearTimeout(timer); // a list that comes now would take the mark away
  request?.abort();
  at = (i + found.length) % found.length;
  for (const [n, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(n === at));
  input.setAttribute("aria-activedescendant", list.children[at].id);
  list.children[at].scrollIntoView({ block: "nearest" });
}

// take fills in a place that was chosen.
function take(place) {
  document.getElementById("choices")?.remove();
  hidden("commune").value = place.code;
  hidden("choice").value = place.text;
  input.value = place.text;
  form.elements.province.value = place.province;
  close();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function hidden(name) {
  let field = form.querySelector(`input[type=hidden][name=${name}]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  return field;
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
input.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // a Vietnamese keyboard is at work
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) ask();
    else mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
  } else if (event.key === "Enter" && !list.hidden && at >= 0) {
    event.preventDefault();
    take(found[at]);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    close();
  } else if (event.key === "Tab") {
    close();
  }
});
input.addEventListener("blur", close);
list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", (event) => {
  const option = event.target.closest("li");
  if (option) take(found[[...list.children].indexOf(option)]);
});
