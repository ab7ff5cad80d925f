/** Opens the page without a network: keeps the shell of the build it came with. `self.BUILD` is put in by the build. */
const { version, shell } = self.BUILD;
const CACHES = "shell-";
const CACHE = CACHES + version;
/** So long a page waits for a network that says nothing, before it opens from what is kept. */
const PATIENCE_MS = 4_000;

self.addEventListener("install", (event) => {
  // Past the browser's own cache: an older page would name files that this build does not have.
  const files = shell.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

async function dropOlder() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(CACHES) && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(freshPage(request));
  // Named by their content, but for the icons, which hardly ever change.
  else if (shell.includes(pathname)) event.respondWith(kept(pathname).then((response) => response ?? fetch(request)));
});

/** From the network, so that a release is seen at once; else as it was kept. */
async function freshPage(request) {
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(request, { signal: patience.signal });
    // A server in trouble says something, but it is not the page.
    return response.status < 500 ? response : ((await kept("/index.html")) ?? response);
  } catch {
    return (await kept("/index.html")) ?? Response.error();
  } finally {
    // It has begun to answer: aborted now, the page would break off.
    clearTimeout(late);
  }
}

function kept(pathname) {
  return caches.match(pathname, { cacheName: CACHE });
}

/** A notification of a page that has gone, or may not show one itself, is tagged with its room. */
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openRoom(event.notification.tag));
});

async function openRoom(roomId) {
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const address = `/#/rooms/${roomId}`;
  // A page that another worker serves, or none, may not be navigated.
  const led = page && (await page.focus().then((focused) => focused.navigate(address)).catch(() => null));
  if (!led) await self.clients.openWindow(address);
}
