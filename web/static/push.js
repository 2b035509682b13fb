// Web push on this device: asks the browser for a subscription and tells the server of it.

const part = document.getElementById("push");
if (part) begin(part);

async function begin(part) {
  const state = document.getElementById("push-state");
  const start = document.getElementById("push-start");
  const stop = document.getElementById("push-stop");
  const say = (what) => {
    state.textContent = state.dataset[what];
    state.hidden = false;
  };
  const show = (on) => {
    say(on ? "on" : "off");
    start.hidden = on;
    stop.hidden = !on;
  };
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return say("unable");

  let worker;
  try {
    await navigator.serviceWorker.register("/sw.js");
    worker = await navigator.serviceWorker.ready;
  } catch {
    return say("unable");
  }
  // A subscription of another account, or of another installation of this site, is none.
  const subscribed = await worker.pushManager.getSubscription();
  show(subscribed !== null && part.dataset.known.split(" ").includes(await hash(subscribed.endpoint)));

  start.addEventListener("click", async () => {
    start.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return say("blocked");
      const old = await worker.pushManager.getSubscription();
      if (old && !sameKey(old, part.dataset.key)) await old.unsubscribe();
      const fresh = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(part.dataset.key) });
      if (await send("/my/settings/push", fresh)) show(true);
      else say("failed");
    } catch {
      say("failed");
    } finally {
      start.disabled = false;
    }
  });
  stop.addEventListener("click", async () => {
    stop.disabled = true;
    try {
      const now = await worker.pushManager.getSubscription();
      if (now && !(await send("/my/settings/push/stop", now))) return say("failed");
      if (now) await now.unsubscribe();
      show(false);
    } catch {
      say("failed");
    } finally {
      stop.disabled = false;
    }
  });
}

// send posts a subscription; false when it was not taken.
async function send(path, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  const token = document.querySelector("input[name=csrf]").value;
  const answer = await fetch(path, { method: "POST", body, headers: { "X-CSRF-Token": token } });
  return answer.status === 204;
}

async function hash(address) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(address));
  return Array.from(new Uint8Array(sum), (b) => b.toString(16).padStart(2, "0")).join("");
}

function sameKey(subscription, key) {
  const have = subscription.options && subscription.options.applicationServerKey;
  return !have || text(new Uint8Array(have)) === key;
}

function bytes(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function text(list) {
  return btoa(String.fromCharCode(...list)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
