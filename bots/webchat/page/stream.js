// The stream of what the service says: server-sent events over fetch, because
// EventSource cannot carry the token in a header. All chats of the page share one
// stream, because browsers open six connections to a server at most. Of several
// tabs on the same chats the one last looked at listens; the others read its
// transcripts.

const SILENCE = 40_000; // ms; the server sends a heartbeat every 15 s
const SLOWEST = 15_000; // ms between two tries

export class Stream {
  constructor(chats) {
    this.chats = chats;
    this.leading = false;
    this.stopped = false;
    this.lock = `kentongan.listen.${chats.map((chat) => chat.id).join('.')}`;
    for (const chat of chats) chat.line = undefined;
  }

  start() {
    addEventListener('online', () => this.hurry?.());
    addEventListener('offline', () => this.connection?.abort());
    if (!navigator.locks) {
      this.listen();
      return;
    }
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || this.stopped) return;
      if (this.leading) this.hurry?.();
      else this.lead(true);
    });
    this.lead(document.visibilityState === 'visible');
  }

  stop() {
    this.stopped = true;
    this.waiting?.abort();
    this.term?.abort();
    this.connection?.abort();
    this.hurry?.();
  }

  // lead listens for as long as this tab has the lock. With steal it takes it
  // from whichever tab has it.
  async lead(steal) {
    this.waiting?.abort();
    const waiting = new AbortController();
    this.waiting = waiting;
    try {
      await navigator.locks.request(this.lock, steal ? { steal } : { signal: waiting.signal }, () => {
        if (this.waiting === waiting && !this.stopped) return this.listen();
      });
    } catch {
      if (this.waiting !== waiting || this.stopped) return; // asked anew, or over
      this.term?.abort(); // another tab took it: wait in line
      this.status('open');
      this.lead(false);
    }
  }

  async listen() {
    const term = new AbortController();
    this.term = term;
    this.leading = true;
    for (let tries = 0; !this.stopped && !term.signal.aborted; ) {
      const began = Date.now();
      try {
        await this.connect(term.signal);
      } catch {
        // The line went; the banner says so.
      }
      if (this.stopped || term.signal.aborted) break;
      tries = Date.now() - began > 10_000 ? 0 : tries + 1;
      if (tries > 1 || !navigator.onLine) this.status('closed');
      await this.pause(Math.max(this.wait ?? 0, Math.min(SLOWEST, 250 * 2 ** Math.min(tries, 8)) * (0.5 + Math.random() / 2)));
    }
    if (this.term === term) this.leading = false;
  }

  pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  status(state) {
    if (this.state === state) return;
    this.state = state;
    for (const chat of this.chats) {
      chat.line = state;
      chat.dispatchEvent(new CustomEvent('status'));
    }
  }

  // connect reads one connection to its end.
  async connect(term) {
    this.connection = new AbortController();
    const signal = AbortSignal.any ? AbortSignal.any([term, this.connection.signal]) : this.connection.signal;
    term.addEventListener('abort', () => this.connection.abort(), { once: true });
    let watchdog;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => this.connection.abort(), SILENCE);
    };
    this.wait = 0;
    alive();
    try {
      const [first, ...others] = this.chats;
      const headers = { ...first.headers, Accept: 'text/event-stream' };
      if (first.last > 0) headers['Last-Event-ID'] = String(first.last);
      if (others.length) headers['Chat-Also'] = others.map(({ token, last }) => `${token}=${last}`).join(' ');
      const response = await fetch('/chat/stream', { headers, signal, cache: 'no-store' });
      if (!response.ok) {
        this.wait = 1000 * (Number(response.headers.get('Retry-After')) || 1);
        throw new Error(`stream: ${response.status}`);
      }
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (let rest = ''; ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        alive();
        const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
        rest = blocks.pop();
        for (const block of blocks) this.event(block);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  event(block) {
    let name = '', id = 0, data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('event: ')) name = line.slice(7);
      else if (line.startsWith('id: ')) id = Number(line.slice(4));
      else if (line.startsWith('data: ')) data += line.slice(6);
    }
    if (name === '') return; // a heartbeat
    const { chat: place, ...what } = JSON.parse(data);
    const chat = this.chats[place ?? 0];
    switch (name) {
      case 'hello':
        if (what.epoch !== chat.config.epoch) {
          location.reload(); // the demo began anew: these chats are gone
          return;
        }
        this.status('open');
        for (const each of this.chats) {
          each.setNow(what.now);
          each.queue.hurry();
        }
        break;
      case 'message':
        // Of a private chat the server has what was not acknowledged, and is asked
        // for all of that.
        if (chat.receive(id, what) && chat.fixed) chat.last = Math.max(chat.last, id);
        break;
      case 'typing':
        chat.dispatchEvent(new CustomEvent('typing', { detail: true }));
        break;
    }
  }
}
