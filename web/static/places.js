// The commune while one types it: a list of communes by old and new names. Without this
// script the name is looked up after the step.

import { combobox, fetchJSON } from "./combobox.js";

const box = document.querySelector(".combo");
const input = box.querySelector("input[name=where]");
const form = input.form;

combobox(input, {
  name: "places",
  label: box.querySelector("label").textContent,
  found: box.dataset.places,
  none: box.dataset.none,
  ask: (text, signal) => fetchJSON(`/submit/places?q=${encodeURIComponent(text)}`, { signal }),
  take(place) {
    document.getElementById("choices")?.remove();
    hidden("commune").value = place.code;
    hidden("choice").value = place.text;
    form.elements.province.value = place.province;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  },
});

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
