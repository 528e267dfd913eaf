// Files on their way. They are kept in IndexedDB until the server has them, so
// that a reload in the middle of an upload loses none, and in memory for the
// thumbnails of this session.

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

// picture returns the object URL of an image that this session still has.
export function picture(id) {
  const file = inMemory.get(id);
  if (!file || !/^image\/(jpeg|png|gif|webp|avif|bmp)$/.test(file.type)) return undefined;
  if (!urls.has(id)) urls.set(id, URL.createObjectURL(file));
  return urls.get(id);
}
