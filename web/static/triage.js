// While one types what happened: similar answered cases, and the right door for what looks
// like something else. Without this script both stand between the steps.

const place = document.getElementById("triage");
const form = place.closest("form");
const body = form.elements.body;
const title = form.elements.title;
const PAUSE = 1200; // milliseconds without a key before asking
const LEAST = 30; // characters

let timer, request, asked = "";

function element(name, className, ...content) {
  const e = document.createElement(name);
  if (className) e.className = className;
  e.append(...content);
  return e;
}

function show({ kind, guidance, similar }) {
  const parts = [];
  form.elements.seen.value = "";
  if (kind !== "feedback") {
    const door = element("div", kind === "emergency" ? "notice danger" : "notice warn", element("h2", "", place.dataset[kind]), element("p", "", guidance));
    if (["complaint", "denunciation", "crime"].includes(kind)) door.append(element("p", "", place.dataset.secret));
    door.append(element("p", "", place.dataset.still));
    parts.push(door);
  }
  const some = kind === "feedback" || kind === "question" ? similar.slice(0, 3) : []; // else answers to others help nobody
  if (some.length > 0) {
    const list = element("ul", "rows", ...some.map((s) => {
      const link = element("a", "", s.title);
      link.href = "/answers/" + s.code;
      link.target = "_blank"; // what was typed stays
      link.lang = "vi";
      return element("li", "", element("h3", "", link, " ", element("span", "small muted", place.dataset.new)), element("p", "small muted", `${place.dataset.answered} ${s.agency?.name ?? ""}`));
    }));
    parts.push(element("div", "notice", element("h2", "", place.dataset.similar), list));
  }
  if (parts.length > 0) form.elements.seen.value = kind + (some.length > 0 ? "+" : "");
  place.replaceChildren(...parts);
}

async function ask() {
  const text = body.value.trim();
  const now = title.value + "\n" + text;
  if (text.length < LEAST || now === asked) return;
  asked = now;
  request?.abort();
  request = new AbortController();
  try {
    const answer = await fetch("/v1/triage", {
      method: "POST", credentials: "omit", signal: request.signal,
      headers: { "Content-Type": "application/json", "Accept-Language": place.dataset.lang },
      body: JSON.stringify({ title: title.value.slice(0, 300), body: text.slice(0, 20000) }),
    });
    if (answer.ok) show(await answer.json());
  } catch {
    // no network, or asked again meanwhile: the step goes on without
  }
}

for (const name of ["input", "restored"]) {
  form.addEventListener(name, () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}
ask();
