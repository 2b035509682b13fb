// Suggestions while typing: each input with data-suggest becomes a combobox with a list of
// titles of published answers (WAI-ARIA APG, "editable combobox with list autocomplete").
// Without this script it is a plain search box.

const PAUSE = 150; // milliseconds without a key before asking

function combobox(input, number) {
  const list = document.createElement("ul");
  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.hidden = true;
  list.lang = "vi";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggest);
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  input.form.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  let timer, request, typed = input.value, at = -1;

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(texts) {
    list.replaceChildren(...texts.map((text, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.textContent = text;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      return option;
    }));
    at = -1;
    list.hidden = texts.length === 0;
    input.setAttribute("aria-expanded", String(texts.length > 0));
    input.removeAttribute("aria-activedescendant");
    status.textContent = texts.length ? input.dataset.some.replace("{0}", texts.length) : input.dataset.none;
  }

  async function ask() {
    request?.abort();
    const q = input.value.trim();
    if (q.length < 2) return close();
    request = new AbortController();
    try {
      const answer = await fetch(`/v1/suggest?q=${encodeURIComponent(q.slice(0, 200))}`, { signal: request.signal, credentials: "omit" });
      if (!answer.ok) return close();
      const { items } = await answer.json();
      if (document.activeElement === input) show(items.map(item => item.text));
    } catch {
      // offline, or asked again meanwhile: the box works without suggestions
    }
  }

  // Marks the option at i and puts it into the box; -1 is what was typed.
  function choose(i) {
    const options = list.children;
    at = (i + 1 + options.length + 1) % (options.length + 1) - 1;
    for (const [n, option] of [...options].entries()) option.setAttribute("aria-selected", String(n === at));
    if (at < 0) {
      input.value = typed;
      input.removeAttribute("aria-activedescendant");
    } else {
      input.value = options[at].textContent;
      input.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    }
  }

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", event => {
    if (event.isComposing) return; // a Vietnamese keyboard is at work
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      input.value = typed;
      close();
    } else if (event.key === "Tab" || event.key === "Enter") {
      close();
    }
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", event => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", event => {
    const option = event.target.closest("li");
    if (!option) return;
    input.value = option.textContent;
    close();
    input.form.requestSubmit();
  });
}

document.querySelectorAll("input[data-suggest]").forEach(combobox);
