// What the browser keeps. Where it keeps nothing (a private window, a full
// disk) the page goes on in memory, and says so.

const memory = new Map();

export const durable = (() => {
  try {
    localStorage.setItem('kentongan.test', '1');
    localStorage.removeItem('kentongan.test');
    return true;
  } catch {
    return false;
  }
})();

// read returns the value of key, undefined if there is none or it is broken.
export function read(key) {
  const text = durable ? localStorage.getItem(key) : memory.get(key);
  if (text === null || text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// write returns whether the value is kept from now on.
export function write(key, value) {
  const text = JSON.stringify(value);
  if (!durable) {
    memory.set(key, text);
    return true;
  }
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false; // no room
  }
}

export function remove(key) {
  memory.delete(key);
  if (durable) localStorage.removeItem(key);
}

export function keys(prefix) {
  const all = durable ? Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i)) : [...memory.keys()];
  return all.filter((key) => key !== null && key.startsWith(prefix));
}

// onOtherTab calls f with each key that another tab wrote or removed.
export function onOtherTab(prefix, f) {
  addEventListener('storage', (event) => {
    if (event.storageArea === localStorage && event.key?.startsWith(prefix)) f(event.key);
  });
}
