// The transcript of one chat. The server erases what it has delivered, so this
// is where a person's own copy lives, under one key a message: two tabs never
// overwrite each other's.
//
// An entry is { id, n, from, at, … }: n orders the entries, from is 'me' or
// 'bot', at is the service's time. What I sent has { type, state } beside it,
// with state 'waiting', 'sent' or 'failed': the waiting ones are the queue.

import * as storage from './storage.js';

const KEEP = 1000; // entries of a chat

export class Transcript {
  constructor(chatId) {
    this.prefix = `kentongan.m.${chatId}.`;
    this.entries = new Map();
    this.unkept = new Set(); // ids for which there was no room
    this.listeners = [];
    this.gone = false;
    this.load();
    storage.onOtherTab(this.prefix, (key) => {
      if (!this.gone) this.refresh(key.slice(this.prefix.length));
    });
  }

  load() {
    for (const key of storage.keys(this.prefix)) {
      const entry = storage.read(key);
      if (entry && typeof entry.id === 'string' && typeof entry.n === 'number') this.entries.set(entry.id, entry);
    }
    const old = this.list().filter((entry) => entry.state !== 'waiting').slice(0, -KEEP);
    for (const entry of old) this.remove(entry.id);
  }

  // refresh reads an entry anew, as another tab may have changed it.
  refresh(id) {
    if (this.unkept.has(id)) return this.entries.get(id);
    const entry = storage.read(this.prefix + id);
    if (entry) this.entries.set(id, entry);
    else this.entries.delete(id);
    this.tell(id, true);
    return entry;
  }

  list() {
    return [...this.entries.values()].sort((a, b) => a.n - b.n || (a.id < b.id ? -1 : 1));
  }

  get(id) {
    return this.entries.get(id);
  }

  // add puts a new entry at the end and returns whether it is kept.
  add(entry) {
    let last = 0;
    for (const { n } of this.entries.values()) last = Math.max(last, n);
    return this.put({ ...entry, n: Math.max(Date.now(), last + 1) });
  }

  // put stores an entry and returns whether it is kept. It is shown in any case.
  put(entry) {
    if (this.gone) return false;
    this.entries.set(entry.id, entry);
    let kept = storage.write(this.prefix + entry.id, entry);
    for (let tries = 0; !kept && tries < 5; tries++) {
      const oldest = this.list().filter((old) => old.state !== 'waiting' && !this.unkept.has(old.id)).slice(0, -50);
      if (oldest.length === 0) break;
      for (const old of oldest.slice(0, 40)) { // shown until the next reload
        storage.remove(this.prefix + old.id);
        this.unkept.add(old.id);
      }
      kept = storage.write(this.prefix + entry.id, entry);
    }
    if (kept) this.unkept.delete(entry.id);
    else this.unkept.add(entry.id);
    this.tell(entry.id, false);
    return kept;
  }

  remove(id) {
    this.entries.delete(id);
    this.unkept.delete(id);
    storage.remove(this.prefix + id);
    this.tell(id, false);
  }

  // forget removes everything for good.
  forget() {
    this.gone = true;
    this.listeners = [];
    this.entries.clear();
    for (const key of storage.keys(this.prefix)) storage.remove(key);
  }

  // onChange calls f(id, elsewhere) after an entry came, changed or went;
  // elsewhere is true where another tab did it.
  onChange(f) {
    this.listeners.push(f);
  }

  tell(id, elsewhere) {
    for (const f of this.listeners) f(id, elsewhere);
  }

  // waiting returns what is to be sent, in order.
  waiting() {
    return this.list().filter((entry) => entry.from === 'me' && entry.state === 'waiting');
  }
}
