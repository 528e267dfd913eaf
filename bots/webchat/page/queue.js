// The queue: what waits in the transcript, sent in order, one request at a
// time, each message under one id until the server says that it has it. The
// server knows an id again, so sending twice is harmless.

import * as files from './files.js';
import { onOtherTab } from './storage.js';

const BATCH = 32; // events in a request; the server takes 64
const BATCH_TEXT = 200_000; // characters in a request, so that it stays below 1 MB
const SLOWEST = 30_000; // ms between two tries
const PATIENCE = 60_000; // ms that a request may take
// The server knows an id for three days. What was tried longer ago and never
// answered may have arrived, so then the person decides.
const UNSURE_AFTER = 60 * 3600_000;

export class Queue {
  constructor(chat) {
    this.chat = chat;
    this.running = false;
    this.stopped = false;
    this.progress = new Map(); // id → 0…1
    this.uploads = new Map(); // id → XMLHttpRequest
    this.single = false; // one event a request, because the server refused several
  }

  start() {
    addEventListener('online', () => this.hurry());
    // Another tab sends what it took; if it was closed, this one does.
    onOtherTab(this.chat.transcript.prefix, () => setTimeout(() => this.kick(), 4000));
    this.kick();
  }

  stop() {
    this.stopped = true;
    for (const request of this.uploads.values()) request.abort();
    this.hurry();
  }

  abort(id) {
    this.uploads.get(id)?.abort();
  }

  // hurry ends a pause between two tries.
  hurry() {
    this.wake?.();
  }

  async kick() {
    if (this.running || this.stopped || this.chat.transcript.waiting().length === 0) return;
    this.running = true;
    try {
      await this.alone(() => this.drain());
    } finally {
      this.running = false;
      this.setStuck(false);
    }
    this.kick(); // for what came while it ended
  }

  // alone keeps two tabs from sending the same at once. That would be harmless,
  // so a tab that the other one does not make room for goes ahead: browsers put
  // tabs in the background to sleep.
  async alone(act) {
    if (!navigator.locks) return act();
    const done = await navigator.locks.request(`kentongan.send.${this.chat.id}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return false;
      await act();
      return true;
    });
    if (done) return undefined;
    await this.pause(5000);
    return act();
  }

  async drain() {
    let tries = 0;
    while (!this.stopped) {
      const batch = this.next();
      if (batch.length === 0) return;
      const wait = await this.send(batch);
      if (wait === undefined) {
        tries = 0;
        this.setStuck(false);
        continue;
      }
      tries++;
      if (tries > 1) this.setStuck(true);
      const backoff = Math.min(SLOWEST, 500 * 2 ** Math.min(tries - 1, 10));
      await this.pause(Math.max(wait, backoff * (0.5 + Math.random() / 2)));
    }
  }

  pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  setStuck(stuck) {
    if (this.stuck === stuck) return;
    this.stuck = stuck;
    this.chat.dispatchEvent(new CustomEvent('status'));
  }

  // next returns what goes out next: a file alone, or messages in a row.
  next() {
    const transcript = this.chat.transcript;
    const batch = [];
    let size = 0;
    for (const { id } of transcript.waiting()) {
      const entry = transcript.refresh(id); // another tab may have sent it
      if (entry?.state !== 'waiting') continue;
      if (entry.tried && Date.now() - entry.tried > UNSURE_AFTER) {
        this.fail(entry, 'Tidak pasti apakah pesan ini sampai.');
        continue;
      }
      size += (entry.text ?? '').length;
      if (batch.length > 0 && (entry.type === 'upload' || entry.as !== batch[0].as || this.single || batch.length === BATCH || size > BATCH_TEXT)) break;
      batch.push(entry);
      if (entry.type === 'upload') break;
    }
    return batch;
  }

  // send returns undefined once it is settled, else how long to wait at least.
  async send(batch) {
    if (batch[0].type === 'upload' && !batch[0].uploaded) return this.upload(batch[0]);

    const transcript = this.chat.transcript;
    for (const entry of batch) if (!entry.tried) transcript.put({ ...entry, tried: Date.now() });
    let response, answer;
    try {
      response = await fetch('/chat/messages', {
        method: 'POST',
        headers: { ...this.chat.headersFor(batch[0]), 'Content-Type': 'application/json' },
        body: JSON.stringify({ events: batch.map(wire) }),
        signal: AbortSignal.timeout?.(PATIENCE),
      });
      answer = await response.json();
    } catch {
      return 0; // no line, or no whole answer
    }
    if (response.ok) {
      this.single = false;
      this.chat.setNow(answer.now);
      for (const { id } of batch) {
        const entry = transcript.get(id);
        if (!entry) continue;
        if (entry.type === 'edit') transcript.remove(id); // it shows in the message it changed
        else transcript.put({ ...entry, state: 'sent' });
        if (entry.type === 'upload') files.sent(id);
      }
      for (const text of answer.alerts ?? []) this.chat.dispatchEvent(new CustomEvent('alert', { detail: text }));
      return undefined;
    }
    if (retried(response.status)) return retryAfter(response.headers.get('Retry-After'));
    if (batch.length > 1) {
      this.single = true;
      return undefined;
    }
    this.fail(transcript.get(batch[0].id) ?? batch[0], answer.message ?? 'Pesan ini tidak dapat dikirim.');
    return undefined;
  }

  fail(entry, why, final = false) {
    this.progress.delete(entry.id);
    this.chat.transcript.put({ ...entry, state: 'failed', why, final });
  }

  // upload sends the file itself; the event that refers to it follows.
  async upload(entry) {
    const file = await files.find(entry.id);
    if (!file) {
      this.fail(entry, 'Berkas ini sudah tidak ada di sini. Silakan pilih lagi.', true);
      return undefined;
    }
    const request = new XMLHttpRequest(); // fetch tells nothing of the progress
    this.uploads.set(entry.id, request);
    const status = await new Promise((resolve) => {
      request.open('POST', '/chat/uploads');
      for (const [name, value] of Object.entries(this.chat.headers)) request.setRequestHeader(name, value);
      request.setRequestHeader('Upload-Id', entry.id);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.upload.onprogress = (event) => {
        this.progress.set(entry.id, event.loaded / Math.max(1, event.total));
        this.chat.dispatchEvent(new CustomEvent('progress', { detail: entry.id }));
      };
      request.onload = () => resolve(request.status);
      request.onerror = request.onabort = request.ontimeout = () => resolve(0);
      request.send(file);
    });
    this.uploads.delete(entry.id);
    if (this.stopped || !this.chat.transcript.get(entry.id)) return undefined; // cancelled meanwhile
    if (status === 200) {
      this.progress.delete(entry.id);
      this.chat.transcript.put({ ...entry, uploaded: true });
      return undefined;
    }
    if (status === 0 || retried(status)) return retryAfter(request.getResponseHeader('Retry-After'));
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // Not from our server; the sentence below has to do.
    }
    this.fail(entry, answer.message ?? 'Berkas ini tidak dapat dikirim.', status === 413 || status === 422);
    return undefined;
  }
}

// retried tells whether the same request may succeed later.
function retried(status) {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function retryAfter(header) {
  const seconds = Number(header);
  return header && seconds > 0 ? Math.min(seconds, 120) * 1000 : 0;
}

// wire is an entry as the server reads it.
function wire(entry) {
  return { ...wireOf(entry), reply: entry.reply };
}

function wireOf(entry) {
  const { id, type } = entry;
  switch (type) {
    case 'press':
      return { id, type, token: entry.token };
    case 'upload':
      return { id, type, name: entry.name, file_type: entry.file_type, bytes: entry.bytes, album: entry.album };
    case 'pin':
      return { id, type, lat: entry.lat, lon: entry.lon };
    case 'edit':
      return { id, type, ref: entry.ref, text: entry.text };
    default:
      return { id, type: 'text', text: entry.text };
  }
}
