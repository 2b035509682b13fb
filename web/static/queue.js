// Letters that wait on this device, for pages and for the service worker (therefore no
// module). A letter is handed over under the key that was made when it was finished, so
// that it is received once, however often it is sent. Everything is in IndexedDB:
//   waiting  letters by key: what was typed, files, and how they stand (state)
//   kept     "draft": what is being typed at the steps; "owner": who was signed in last

self.letters = (() => {
  const news = new BroadcastChannel("letters");
  const told = []; // what this page calls when something changed, here or elsewhere
  let opened;

  function open() {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open("kiennghi", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("waiting", { keyPath: "key" });
        request.result.createObjectStore("kept");
      };
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    return opened;
  }

  async function use(store, mode, act) {
    const db = await open();
    return new Promise((done, failed) => {
      const change = db.transaction(store, mode);
      const request = act(change.objectStore(store));
      change.oncomplete = () => done(request.result);
      change.onabort = () => failed(change.error);
    });
  }

  const all = () => use("waiting", "readonly", (s) => s.getAll());
  const kept = (name) => use("kept", "readonly", (s) => s.get(name));
  const keep = (name, value) => use("kept", "readwrite", (s) => s.put(value, name));
  const forget = (name) => use("kept", "readwrite", (s) => s.delete(name));

  function changed() {
    news.postMessage("changed"); // to the others: a channel does not hear itself
    for (const act of told) act();
  }

  function onChange(act) {
    told.push(act);
    news.addEventListener("message", act);
  }

  async function put(letter) {
    await use("waiting", "readwrite", (s) => s.put(letter));
    changed();
  }

  async function remove(key) {
    await use("waiting", "readwrite", (s) => s.delete(key));
    changed();
  }

  // add keeps a finished letter, and asks the browser to wake the worker when the network
  // is back, where it can. Nobody waits for that: pages send it too when they are open.
  async function add(letter) {
    await put({ ...letter, at: Date.now(), state: "network" });
    const worker = self.registration ?? navigator.serviceWorker?.ready;
    Promise.resolve(worker).then((w) => w.sync.register("letters")).catch(() => {});
  }

  async function ask(path, body, headers) {
    const answer = await fetch(path, { method: body ? "POST" : "GET", body, headers: { Accept: "application/json", ...headers }, cache: "no-store" });
    const json = (answer.headers.get("Content-Type") ?? "").includes("json");
    return { status: answer.status, body: json ? await answer.json() : {} };
  }

  // flush sends what waits. It says false when something is left that another try may send.
  function flush() {
    const once = async () => {
      const waiting = (await all()).filter((l) => l.state !== "sent" && l.state !== "problem");
      if (waiting.length === 0) return true;
      let left = false;
      let who;
      try {
        who = (await ask("/submit/token")).body;
      } catch {
        who = null;
      }
      for (const letter of waiting) {
        if (!who) await stand(letter, "network");
        else if (!who.token) await stand(letter, "later");
        else if (!who.owner) await stand(letter, "signin");
        else if (letter.owner !== who.owner) await stand(letter, letter.owner ? "other" : "ask");
        else await deliver(letter, who.token);
        left ||= letter.state === "network" || letter.state === "later";
      }
      return !left;
    };
    return navigator.locks ? navigator.locks.request("letters", once) : once();
  }

  async function stand(letter, state, problem) {
    if (letter.state === state && letter.problem === problem) return;
    letter.state = state;
    letter.problem = problem;
    await put(letter);
  }

  async function deliver(letter, token) {
    await stand(letter, "sending");
    try {
      const fields = new URLSearchParams(letter.fields);
      fields.set("key", letter.key);
      for (const id of letter.uploads ?? []) fields.append("upload", id);
      for (const file of letter.files ?? []) {
        if (!file.id) {
          const form = new FormData();
          form.append("file", file.blob, file.name);
          const taken = await ask("/submit/queue/files", form, { "X-CSRF-Token": token, "Idempotency-Key": file.key });
          if (taken.status !== 201) return stand(letter, ...refused(taken, file.name));
          file.id = taken.body.id;
          await put(letter);
        }
        fields.append("upload", file.id);
      }
      const sent = await ask("/submit/queue", fields, { "X-CSRF-Token": token });
      if (sent.status !== 201) return stand(letter, ...refused(sent, ""));
      letter.code = sent.body.code;
      for (const name of Object.keys(letter)) {
        if (!["key", "code", "at"].includes(name)) delete letter[name]; // nothing of it stays
      }
      await stand(letter, "sent");
    } catch {
      await stand(letter, "network");
    }
  }

  // refused says how a letter stands after an answer that did not take it.
  function refused(answer, file) {
    if (answer.status === 401) return ["signin"];
    if ([400, 404, 409, 413, 415, 422].includes(answer.status)) {
      const said = [...(answer.body.errors ?? []).map((e) => e.message), answer.body.detail].filter(Boolean);
      return ["problem", [file, said[0] ?? answer.body.title ?? String(answer.status)].filter(Boolean).join(": ")];
    }
    return ["later"];
  }

  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  // draft is what is being typed at the steps of the letter with that mark. Before anything
  // was kept on the server the mark is empty.
  async function draft(mark) {
    const d = (await kept("draft")) ?? {};
    const old = d.at && Date.now() - d.at > 24 * 3600 * 1000;
    if (old || (d.mark && mark !== undefined && d.mark !== mark)) return { mark, steps: {}, files: [] };
    return { steps: {}, files: [], ...d, mark: mark ?? d.mark };
  }

  return { all, put, remove, add, flush, kept, keep, forget, key, draft, onChange };
})();
