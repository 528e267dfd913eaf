// The demo's clock: what time it is there, and buttons that set it forward. The
// service stops at every instant at which something falls due; meanwhile the
// clock here runs along. Where there is no such clock nothing is shown.

import { momentOf, shortMomentOf } from './dom.js';

const LOOK = 3000; // ms between two looks; another page may move it
const LOOK_WALKING = 300;

export class Clock {
  // onNow hears the demo's time whenever it is read.
  constructor(node, onNow) {
    Object.assign(this, { node, onNow, ahead: 0 });
    this.time = node.querySelector('time');
    this.progress = node.querySelector('progress');
    this.name = node.querySelector('#clock-name');
    this.status = node.querySelector('[role="status"]');
    this.buttons = [...node.querySelectorAll('button')];
    for (const button of this.buttons) button.addEventListener('click', () => this.move(button.dataset.wish));
    document.addEventListener('visibilitychange', () => this.look());
    this.look();
  }

  // look reads the clock, and again in a while for as long as somebody may see it.
  async look() {
    clearTimeout(this.timer);
    if (document.hidden) return;
    try {
      const response = await fetch('/demo/clock', { cache: 'no-store' });
      if (response.status === 404) return;
      if (response.ok) this.show(await response.json());
    } catch {
      // The panes say that the line is down.
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.node.getAttribute('aria-busy') === 'true' ? LOOK_WALKING : LOOK);
  }

  // show shows what the service says of its clock.
  show({ now, until }) {
    this.node.hidden = false;
    if (now !== this.shown) {
      this.shown = now;
      this.time.dateTime = now;
      this.time.textContent = shortMomentOf(now);
      this.onNow(now);
    }
    const busy = Boolean(until) || Boolean(this.asked);
    if (busy && this.from === undefined) {
      this.from = Date.parse(now);
      this.say('Sedang dimajukan…', true);
    } else if (!busy && this.from !== undefined) {
      this.from = undefined;
      this.say(this.failed ?? `Sekarang ${momentOf(now)}`, Boolean(this.failed));
    }
    this.progress.hidden = !busy;
    if (until) this.progress.value = (100 * (Date.parse(now) - this.from)) / Math.max(1, Date.parse(until) - this.from);
    this.node.setAttribute('aria-busy', String(busy));
    // Not disabled: that would take the focus away from whoever uses the keyboard.
    for (const button of this.buttons) button.setAttribute('aria-disabled', String(busy));
  }

  // say tells a screen reader, and where visible everybody in the place of the
  // clock's name.
  say(text, visible) {
    this.status.textContent = text;
    this.status.classList.toggle('unseen', !visible);
    this.name.classList.toggle('unseen', visible);
  }

  async move(wish) {
    if (this.node.getAttribute('aria-busy') === 'true') return;
    this.failed = undefined;
    this.asked = true;
    this.progress.removeAttribute('value');
    this.show({ now: this.shown });
    this.look();
    let answer;
    try {
      const response = await fetch('/demo/clock', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: wish });
      answer = await response.json();
      if (!response.ok && response.status !== 409) this.failed = answer.message; // 409: another page walks already
    } catch {
      this.failed = 'Belum berhasil. Coba lagi sebentar lagi.';
    }
    this.asked = false;
    // Of another page's walk the next look tells.
    this.show({ now: answer?.now ?? this.shown });
    this.look();
  }
}
