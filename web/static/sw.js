
// The service worker, after "const site": the files that the offline page needs are kept
// on the device; a page that cannot be had is replaced by it. A form of a submission that
// cannot be posted is kept: the last one waits and is sent when the network is back.

importScripts(site.queue);

const SHELL = "shell-" + site.hash;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(SHELL)
      .then((cache) => cache.addAll([...site.shell, "/offline"]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith("shell-") && n !== SHELL).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "POST" && request.isHistoryNavigation) return; // going back: the browser has the page
    if (url.pathname !== "/console" && !url.pathname.startsWith("/console/")) event.respondWith(visit(request, url.pathname));
  } else if (request.method === "GET" && site.shell.includes(url.pathname)) {
    event.respondWith(kept(request).then((have) => have ?? fetch(request)));
  }
});

// kept is what the device has for a request. Only this browser reads it, in whatever
// language it was put there.
function kept(request) {
  return caches.match(request, { ignoreVary: true });
}

async function visit(request, path) {
  const form = request.method === "POST" && path.startsWith("/submit/") ? request.clone() : null;
  try {
    return await fetch(request);
  } catch (failed) {
    if (form) await keepTyped(path, form);
    if (path !== "/offline") return Response.redirect("/offline", 303);
    const page = await kept("/offline");
    if (page) return page;
    throw failed;
  }
}

// keepTyped keeps what was posted at a step, or at the last one the whole letter.
async function keepTyped(path, request) {
  if (!(request.headers.get("Content-Type") ?? "").startsWith("application/x-www-form-urlencoded")) return;
  const form = new URLSearchParams(await request.text());
  const draft = await letters.draft();
  if (path === "/submit/send") {
    const fields = {};
    for (const name of ["title", "body", "where", "commune", "province", "place", "agency", "agency_name", "to_agency", "publish_name", "private", "notice"]) fields[name] = form.get(name) ?? "";
    const files = draft.files.filter((f) => f.id && form.getAll("upload").includes(f.id)).concat(draft.files.filter((f) => !f.id));
    await letters.add({
      key: form.get("key"), owner: form.get("owner"), fields,
      files: files.map((f) => ({ key: letters.key(), name: f.name, blob: f.blob })),
      uploads: form.getAll("upload").filter((id) => !draft.files.some((f) => f.id === id)),
    });
    await letters.forget("draft");
    return;
  }
  const step = path.slice("/submit/".length);
  if (!["what", "where", "who"].includes(step)) return;
  form.delete("csrf");
  await letters.keep("draft", { ...draft, at: Date.now(), steps: { ...draft.steps, [step]: { fields: Object.fromEntries(form) } } });
}

self.addEventListener("push", (event) => {
  const { title, body, code } = event.data.json();
  const path = `/my/${code || "data"}`; // without a code it is about the person's own data
  event.waitUntil(self.registration.showNotification(title, { body, tag: path, lang: "vi", data: { path } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data;
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((open) => {
    const there = open.find((c) => new URL(c.url).pathname === path);
    return there ? there.focus() : self.clients.openWindow(path);
  }));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "letters") return;
  event.waitUntil(letters.flush().then((done) => {
    if (!done) throw new Error("letters are left"); // the browser tries again later
  }));
});
