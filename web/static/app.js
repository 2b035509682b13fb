// On every public page: the service worker, and letters that wait on this device.

const bar = document.getElementById("waiting");

if ("serviceWorker" in navigator) {
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/sw.js");
      await speak(document.documentElement.lang);
    } catch {
      // a private window, or no network: the site works without
    }
  });
}

// speak keeps the offline page in the language that is read now.
async function speak(lang) {
  await navigator.serviceWorker.ready;
  if ((await letters.kept("lang")) === lang) return;
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-")) await (await caches.open(name)).add("/offline");
  }
  await letters.keep("lang", lang);
}

async function look() {
  const all = await letters.all();
  const waits = all.some((l) => l.state !== "sent");
  if (bar) {
    bar.hidden = all.length === 0 || location.pathname === "/offline";
    bar.className = waits ? "notice warn" : "notice ok";
    bar.querySelector("a").textContent = waits ? bar.dataset.waiting : bar.dataset.sent;
  }
  return waits;
}

// send tries at once, when the network comes back, and again after a while as long as
// something waits.
let timer;
async function send() {
  clearTimeout(timer);
  if (!(await look())) return;
  const done = await letters.flush();
  if (!done) timer = setTimeout(send, 10000);
}

if ("indexedDB" in self) {
  for (const out of document.querySelectorAll('form[action="/signout"]')) out.addEventListener("submit", () => { letters.forget("draft"); letters.forget("owner"); });
  letters.onChange(look);
  addEventListener("online", send);
  addEventListener("pageshow", () => send().catch(() => {}));
}
