// A box with a list of what fits while one types (WAI-ARIA APG, "editable combobox with
// list autocomplete"). Without a script it is a plain box.

const PAUSE = 150; // milliseconds without a key before asking
const LEAST = 2; // characters before asking
const MOST = 200; // characters that are asked for

// combobox makes one of an input. name is the id of the list; label says what is in it;
// found ({0} the number) and none are said to who cannot see it. ask(text, signal) fetches
// the options, {text, hint}. take(option) is told what was chosen.
//
// fills: marking puts the option into the box, and what was typed is one step further; Enter
// sends the box as it is. Without it only taking changes the box: Enter takes what is marked.
export function combobox(input, { name, label, found, none, ask, take, fills = false }) {
  const list = document.createElement("ul");
  list.id = name;
  list.className = "suggestions";
  list.hidden = true;
  list.lang = "vi";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  (input.closest(".combo") ?? input.form).append(list, status);
  for (const [attribute, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": name,
  })) input.setAttribute(attribute, value);

  let timer, request, options = [], typed = input.value, at = -1;

  function stop() {
    clearTimeout(timer);
    request?.abort();
  }

  function close() {
    stop();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(answer) {
    options = answer;
    at = -1;
    list.replaceChildren(...options.map(({ text, hint }, i) => {
      const option = document.createElement("li");
      option.id = `${name}-${i}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(text);
      if (hint) {
        const small = document.createElement("span");
        small.className = "small muted";
        small.textContent = hint;
        option.append(small);
      }
      return option;
    }));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(options.length > 0));
    input.removeAttribute("aria-activedescendant");
    status.textContent = options.length ? found.replace("{0}", options.length) : none;
  }

  async function look() {
    request?.abort();
    const text = input.value.trim();
    if (text.length < LEAST) return close();
    request = new AbortController();
    try {
      const answer = await ask(text.slice(0, MOST), request.signal);
      if (document.activeElement === input) show(answer);
    } catch (failed) {
      if (failed.name !== "AbortError") close(); // asked again meanwhile is no failure; without network the box works
    }
  }

  // mark marks the option one further down, or up: from the last to the first, by way of
  // what was typed where marking fills the box.
  function mark(step) {
    stop(); // a list that comes now would take the mark away
    const n = options.length;
    at = fills ? ((at + 1 + step + n + 1) % (n + 1)) - 1 : (Math.max(at, step < 0 ? 0 : -1) + step + n) % n;
    for (const [i, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(i === at));
    if (fills) input.value = at < 0 ? typed : options[at].text;
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function choose(option) {
    input.value = option.text;
    close();
    take(option);
  }

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // a Vietnamese keyboard is at work
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) look();
      else mark(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !fills && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(options[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      if (fills) input.value = typed;
      close();
    } else if (event.key === "Tab" || (event.key === "Enter" && fills)) {
      close();
    }
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) choose(options[[...list.children].indexOf(option)]);
  });
}

// fetchJSON is what an address answers; it fails unless that is good.
export async function fetchJSON(address, options) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, ...options });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
