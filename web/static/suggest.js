// Suggestions while typing: each input with data-suggest gets a list of titles of published
// answers. Choosing one searches for it.

import { combobox, fetchJSON } from "./combobox.js";

for (const [number, input] of document.querySelectorAll("input[data-suggest]").entries()) {
  combobox(input, {
    name: `suggestions-${number}`,
    label: input.dataset.suggest,
    found: input.dataset.some,
    none: input.dataset.none,
    fills: true,
    ask: async (text, signal) => (await fetchJSON(`/v1/suggest?q=${encodeURIComponent(text)}`, { signal, credentials: "omit" })).items,
    take: () => input.form.requestSubmit(),
  });
}
