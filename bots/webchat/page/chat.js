// A chat: its token, its transcript, what is on its way, and what comes in.

import * as files from './files.js';
import * as storage from './storage.js';
import { dayOf } from './dom.js';
import { Queue } from './queue.js';
import { Transcript } from './transcript.js';

const ACK_AFTER = 300; // ms: several messages are acknowledged at once

function randomBytes(n) {
  return crypto.getRandomValues(new Uint8Array(n));
}

function newToken() {
  return btoa(String.fromCharCode(...randomBytes(32))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

// newId makes a UUID of version 4. crypto.randomUUID is missing where the page
// is not served over TLS.
export function newId() {
  const b = randomBytes(16);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

// fileKey names a file of a message in this browser.
export const fileKey = (entry, i) => `${entry.id}/${i}`;

// answerTo is what an entry has that answers another one.
export function answerTo(entry) {
  if (!entry) return {};
  return { reply: entry.id, quote: snippet(entry) };
}

// snippet is what a quote shows of an entry.
export function snippet(entry) {
  const text = (entry.m?.text ?? entry.text ?? entry.name ?? '').replace(/[\x02\x03]/g, '').trim();
  return text.replace(/\s+/g, ' ').slice(0, 160) || 'Berkas';
}

export class Chat extends EventTarget {
  constructor(pane, index, config) {
    super();
    Object.assign(this, { title: pane.title, kind: pane.kind, column: pane.column, index, config });
    this.fixed = Boolean(pane.token);
    this.group = pane.kind === 'group';
    this.members = pane.as ?? []; // the panes of those who act in this group
    this.readOnly = this.group && this.members.length === 0;
    const key = `kentongan.chat.${config.epoch}.${index}`;
    let identity = this.fixed ? { token: pane.token, id: `${config.epoch}-${index}` } : storage.read(key);
    if (!identity?.token || !identity.id) {
      identity = { token: newToken(), id: newId() };
      storage.write(key, identity);
    }
    this.key = key;
    this.token = identity.token;
    this.id = identity.id;
    const as = storage.read(this.asKey);
    this.as = this.members.includes(as) ? as : this.members[0];
    this.ahead = 0; // ms by which the service's clock is ahead of this one
    this.transcript = new Transcript(this.id);
    this.queue = new Queue(this);
    this.last = 0; // the number of the last message here, where the server keeps them all
  }

  start() {
    this.queue.start();
  }

  // forget ends this chat in this browser: nothing here can open it again. Nobody
  // may listen to it any more.
  async forget() {
    this.queue.stop();
    const waiting = this.transcript.list().filter((entry) => entry.type === 'upload').map((entry) => entry.id);
    const received = this.transcript.list().flatMap((entry) => (entry.files ?? []).map((_, i) => fileKey(entry, i)));
    this.transcript.forget();
    storage.remove(this.key);
    storage.remove(this.draftKey);
    await Promise.all([...waiting.map(files.drop), ...received.map(files.drop)]);
  }

  get draftKey() {
    return `kentongan.draft.${this.id}`;
  }

  get asKey() {
    return `kentongan.as.${this.id}`;
  }

  get headers() {
    return { Authorization: `Bearer ${this.token}` };
  }

  // headersFor are those of a request that brings what somebody wrote: in a group
  // they say who.
  headersFor({ as }) {
    if (as === undefined) return this.headers;
    return { ...this.headers, 'Chat-As': this.config.panes[as].token };
  }

  // actAs chooses who acts in this group from now on.
  actAs(index) {
    this.as = index;
    storage.write(this.asKey, index);
  }

  // nameOf says who wrote an entry of mine; undefined in private.
  nameOf({ as }) {
    return this.config.panes[as]?.title;
  }

  now() {
    return new Date(Date.now() + this.ahead).toISOString();
  }

  // setNow learns the service's time; a demo's runs ahead.
  setNow(text) {
    const now = Date.parse(text);
    if (Number.isNaN(now)) return;
    const before = dayOf(this.now());
    this.ahead = Math.abs(now - Date.now()) < 60_000 ? 0 : now - Date.now();
    if (dayOf(this.now()) !== before) this.dispatchEvent(new CustomEvent('day'));
  }

  // post says something of one of the server's types.
  post(type, fields, id = newId()) {
    this.transcript.add({ id, from: 'me', type, as: this.as, at: this.now(), state: 'waiting', ...fields });
    this.queue.kick();
    return id;
  }

  // say takes a text, and what it answers; see [answerTo].
  say(text, answers) {
    return this.post('text', { text, ...answers });
  }

  press(entry, choice) {
    // What a group does with a card, the card shows; its buttons are everybody's.
    if (!this.group) this.transcript.put({ ...entry, pressed: choice.token });
    return this.post('press', { token: choice.token, text: choice.label });
  }

  // edit changes what I wrote; what was never sent is simply written anew.
  edit(entry, text) {
    if (text === entry.text) return;
    const unsent = entry.state === 'waiting' && !entry.tried;
    this.transcript.put({ ...entry, text, edited: !unsent });
    if (!unsent) this.post('edit', { ref: entry.id, text });
  }

  async upload(file, album, answers) {
    const id = newId();
    const fields = { ...answers, name: file.name.slice(0, 200), file_type: file.type.slice(0, 200), bytes: file.size, album };
    const refused = this.refusal(file);
    if (refused) {
      this.transcript.add({ id, from: 'me', type: 'upload', at: this.now(), state: 'failed', why: refused, final: true, ...fields });
      return;
    }
    const kept = files.keep(id, file);
    this.post('upload', fields, id);
    await kept;
  }

  // refusal says at once what the server would say after the upload.
  refusal(file) {
    if (file.size === 0) return 'Berkas ini kosong (0 bita), jadi tidak dikirim.';
    if (file.size > this.config.maxFile) {
      return `Berkas ini terlalu besar. Paling besar ${Math.floor(this.config.maxFile / 1048576)} MB.`;
    }
    return undefined;
  }

  // again sends what failed once more, as a new message.
  async again(entry) {
    const id = newId();
    if (entry.type === 'upload') {
      const file = await files.find(entry.id);
      if (!file) return;
      await files.keep(id, file);
      await files.drop(entry.id);
    }
    const { why, final, tried, uploaded, n, state, ...fields } = entry;
    this.transcript.remove(entry.id);
    this.post(entry.type, { ...fields, id, at: this.now() }, id);
  }

  // cancel takes back what has not been sent.
  async cancel(entry) {
    this.queue.abort(entry.id);
    this.transcript.remove(entry.id);
    await files.drop(entry.id);
  }

  // receive takes in one message of the stream and returns whether the server
  // may forget it and all before it: it is kept here, as everything before was.
  receive(seq, m) {
    this.dispatchEvent(new CustomEvent('typing', { detail: false }));
    if (m.withdrawn) {
      this.withdraw(m.replaces);
    } else if (m.id) {
      const id = m.replaces || m.id;
      const known = this.transcript.get(id);
      let kept = true;
      if (!known) {
        kept = this.transcript.add({ id, from: 'bot', at: m.at, m: m.message, answers: m.answers, files: m.files });
        this.dispatchEvent(new CustomEvent('news'));
      } else if (m.replaces && JSON.stringify(known.m) !== JSON.stringify(m.message)) {
        const fresh = { ...known, m: m.message, pressed: undefined };
        kept = this.follows(known, fresh) ? this.transcript.add(fresh) : this.transcript.put(fresh);
      }
      if (!kept) this.unkept = true; // shown, but gone with the next reload
    }
    if (this.unkept) return false;
    this.acknowledge(seq);
    return true;
  }

  // withdraw removes a message that the service took back, with its files.
  withdraw(id) {
    const entry = this.transcript.get(id);
    if (!entry) return;
    this.transcript.remove(id);
    (entry.files ?? []).forEach((_, i) => files.drop(fileKey(entry, i)));
  }

  // file returns the address of a file that came with a message, undefined where
  // the server no longer has it. It throws where the line is down.
  async file(entry, i) {
    const key = fileKey(entry, i);
    let file = await files.find(key);
    if (!file) {
      const response = await fetch(`/chat/files/${encodeURIComponent(entry.id)}/${i}`, { headers: this.headers, cache: 'no-store' });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`file: ${response.status}`);
      file = new Blob([await response.blob()], { type: files.safeType(entry.files[i]) });
      await files.keep(key, file);
    }
    return files.url(key);
  }

  // follows tells whether a replaced message goes below the files that came after
  // it: the count of files has the button that ends them, which would scroll away.
  follows(known, fresh) {
    if (this.group || !fresh.m.choices?.length) return false;
    const after = this.transcript.list().filter((entry) => entry.n > known.n);
    return after.length > 0 && after.every((entry) => entry.from === 'me' && entry.type === 'upload');
  }

  // acknowledge has the server erase what is kept here. A chat that a token in
  // the page fixes may have other readers, so there nothing is erased.
  acknowledge(seq) {
    if (this.fixed) return;
    this.acked = Math.max(this.acked ?? 0, seq);
    this.acking ??= setTimeout(async () => {
      this.acking = undefined;
      try {
        await fetch('/chat/ack', {
          method: 'POST',
          headers: { ...this.headers, 'Content-Type': 'application/json' },
          body: JSON.stringify({ upto: this.acked }),
        });
      } catch {
        // What was not erased comes again with the next connection.
      }
    }, ACK_AFTER);
  }
}
