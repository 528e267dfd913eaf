// Files on their way, and files that came. What is on its way is kept in
// IndexedDB until the server has it, so that a reload in the middle of an upload
// loses none, and in memory for the thumbnails of this session. What came is kept
// for as long as the message, because the server lets go of it.

const inMemory = new Map(); // id → File or Blob
const urls = new Map(); // id → object URL

let opening;
function database() {
  opening ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open('kentongan', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('files');
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null); // not offered here: memory has to do
    }
  });
  return opening;
}

async function run(mode, act) {
  const db = await database();
  if (!db) return undefined;
  return new Promise((resolve) => {
    const transaction = db.transaction('files', mode);
    const request = act(transaction.objectStore('files'));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => resolve(undefined);
  });
}

export async function keep(id, file) {
  inMemory.set(id, file);
  await run('readwrite', (store) => store.put(file, id));
}

// find returns the file, undefined if this browser no longer has it.
export async function find(id) {
  const file = inMemory.get(id) ?? (await run('readonly', (store) => store.get(id)));
  if (file) inMemory.set(id, file);
  return file;
}

// sent forgets the stored copy; the thumbnail stays for this session.
export async function sent(id) {
  await run('readwrite', (store) => store.delete(id));
}

export async function drop(id) {
  inMemory.delete(id);
  if (urls.has(id)) URL.revokeObjectURL(urls.get(id));
  urls.delete(id);
  await sent(id);
}

// clear forgets everything.
export async function clear() {
  inMemory.clear();
  await run('readwrite', (store) => store.clear());
}

// isPicture tells whether a browser can show this type, and nothing in it can act.
export const isPicture = (type) => /^image\/(jpeg|png|gif|webp|avif|bmp)$/.test(type);

// safeType is the type under which a file that came is opened here: a document
// that could hold scripts is only ever saved.
export function safeType({ type }) {
  return isPicture(type) || /^(video|audio)\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
}

// picture returns the object URL of an image that this session still has.
export function picture(id) {
  return isPicture(inMemory.get(id)?.type) ? url(id) : undefined;
}

// url returns the object URL of a file that this session has, undefined otherwise.
export function url(id) {
  if (!inMemory.has(id)) return undefined;
  if (!urls.has(id)) urls.set(id, URL.createObjectURL(inMemory.get(id)));
  return urls.get(id);
}
