// One case of a sender: hears of news over server-sent events, and prints.

const page = document.getElementById("case");

const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());
window.addEventListener("beforeprint", () => {
  for (const d of page.querySelectorAll("details")) d.open = true;
});

// What is new is shown at once where nobody is typing; else it is offered, and nothing moves.
let stream = null;
let newest = page.dataset.newest;

function listen() {
  if (stream || document.hidden) return;
  stream = new EventSource("/my/events?after=" + encodeURIComponent(newest || "0-"));
  stream.addEventListener("notification", (e) => {
    newest = e.lastEventId;
    if (JSON.parse(e.data).code === page.dataset.code) tell();
  });
}

function rest() {
  if (stream) stream.close();
  stream = null;
}

function tell() {
  document.getElementById("news").hidden = false;
}

document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
window.addEventListener("pagehide", rest);
window.addEventListener("pageshow", listen);
listen();

// What is typed stays in this tab until it was sent, through a reload or a dead network.
const write = document.getElementById("write");
const place = "message " + page.dataset.code;
if (document.querySelector(".notice.ok[role=status]")) sessionStorage.removeItem(place);
if (write) {
  const { body, key } = write.elements;
  const files = document.getElementById("attached");
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
  if (kept && body.value === "") {
    body.value = kept.body;
    key.value = kept.key;
    files.dispatchEvent(new CustomEvent("restore", { detail: kept.files ?? [] }));
  }
  write.addEventListener("input", () => sessionStorage.setItem(place, JSON.stringify({
    body: body.value, key: key.value, files: [...files.querySelectorAll("[data-file]")].map((row) => JSON.parse(row.dataset.file)),
  })));
}
