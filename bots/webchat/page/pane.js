// A pane: one chat as people know chats.

import { render, written } from './bubble.js';
import { snippet } from './chat.js';
import { Composer } from './composer.js';
import { dayName, dayOf, el, icon } from './dom.js';
import { durable } from './storage.js';

const words = {
  citizen: {
    line: 'Layanan pengaduan',
    title: 'Ada masalah? Ceritakan di sini.',
    text: 'Tulis seperti mengobrol biasa: apa yang terjadi, di mana, dan kapan. Foto boleh menyusul.',
    examples: ['Lampu jalan mati di depan pasar sejak kemarin', 'Saya dimintai uang saat mengurus KTP', 'Bagaimana cara melapor?'],
  },
  group: {
    line: 'Grup',
    title: 'Menunggu laporan',
    text: 'Laporan muncul di sini sebagai kartu, tanpa nama pelapornya. Tombol di bawah kartu untuk menindaklanjutinya.',
    examples: [],
  },
  read: {
    line: 'Grup · hanya dibaca di sini',
    title: 'Menunggu laporan',
    text: 'Setiap laporan baru muncul di sini sebagai kartu, tanpa nama pelapornya.',
    examples: [],
  },
  person: {
    line: 'Obrolan pribadi dengan Kentongan',
    title: 'Belum ada kabar',
    text: 'Yang dimulai di grup diteruskan di sini, dan jawaban pelapor datang ke sini. Laporan rahasia juga hanya ke sini.',
    examples: [],
  },
};

const TYPING = 12_000; // ms that "sedang mengetik" shows without news

export class Pane {
  constructor(chat, { onNews, onRenew, onOpen }) {
    Object.assign(this, { chat, onNews, onRenew, onOpen, nodes: new Map(), unread: 0 });
    this.words = words[chat.readOnly ? 'read' : chat.kind];
    this.build();
    chat.transcript.onChange((id) => this.changed(id));
    chat.addEventListener('status', () => this.showStatus());
    chat.addEventListener('typing', (event) => this.showTyping(event.detail));
    chat.addEventListener('news', () => onNews(this));
    chat.addEventListener('day', () => this.renameDays());
    chat.addEventListener('alert', (event) => this.alert(event.detail));
    chat.addEventListener('progress', (event) => this.showProgress(event.detail));
    addEventListener('online', this.showStatus);
    addEventListener('offline', this.showStatus);
    this.renderAll();
    this.showStatus();
  }

  build() {
    const { chat } = this;
    const heading = `pane-title-${chat.index}`;
    this.line = el('span', { class: 'line' }, this.words.line);
    this.head = el('header', { class: 'head' },
      el('span', { class: 'avatar' }, this.avatar()),
      el('span', { class: 'who' }, el('h2', { id: heading }, chat.title), this.line));
    if (chat.kind === 'citizen') this.head.append(this.renewLink());
    this.banner = el('div', { class: 'banner', role: 'status', 'data-testid': 'banner', hidden: true });
    this.log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-labelledby': heading, tabindex: '0', 'data-testid': 'log', onscroll: () => this.scrolled() });
    this.typing = el('div', { class: 'msg bot typing', 'data-testid': 'typing', hidden: true },
      el('div', { class: 'bubble' }, el('span', { class: 'unseen' }, 'Kentongan sedang mengetik'), el('i'), el('i'), el('i')));
    this.toEnd = el('button', { type: 'button', class: 'to-end', 'aria-label': 'Ke pesan terbaru', hidden: true, onclick: () => this.scrollToEnd() }, icon('down'));
    this.noticeNode = el('div', { class: 'notice', role: 'status', 'data-testid': 'notice', hidden: true });
    this.node = el('section', {
      class: `pane ${chat.kind}`, id: `pane-${chat.index}`, 'aria-labelledby': heading, 'data-testid': `pane-${chat.index}`, 'data-kind': chat.kind,
    }, this.head, this.banner, el('div', { class: 'middle' }, this.log, this.toEnd), this.noticeNode);
    if (chat.readOnly) {
      this.node.append(el('p', { class: 'footer' }, icon('shield'), 'Nama dan alamat pelapor tidak pernah masuk ke grup.'));
    } else {
      this.composer = new Composer(chat, this.node, { notice: (text) => this.notice(text), done: () => this.scrollToEnd() });
      this.node.append(this.composer.node);
    }
    new ResizeObserver(() => {
      if (this.atEnd !== false) this.scrollToEnd();
    }).observe(this.log);
  }

  avatar() {
    if (this.chat.kind === 'group') return icon('group');
    if (this.chat.kind === 'person') return icon('shield');
    if (this.chat.config.demo) return icon('person');
    return el('img', { src: '/page/icon.svg', alt: '', width: '40', height: '40' });
  }

  // renewLink starts over as somebody else, or clears a shared machine.
  renewLink() {
    const demo = this.chat.config.demo;
    const question = demo
      ? 'Percakapan di kolom ini dihapus dari peramban, dan Anda menjadi warga baru yang belum dikenal.'
      : 'Riwayat di perangkat ini dihapus dan tidak dapat dikembalikan. Laporan yang sudah terkirim tetap diproses; simpan nomor laporan dan kode aksesnya.';
    const dialog = el('dialog', { class: 'ask', 'aria-label': 'Konfirmasi' }, el('p', {}, question),
      el('form', { method: 'dialog' },
        el('button', { value: '', autofocus: true }, 'Batal'),
        el('button', { value: 'yes', class: 'strong', 'data-testid': 'renew-yes' }, demo ? 'Mulai baru' : 'Hapus')));
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'yes') this.onRenew(this);
    });
    const link = el('button', { type: 'button', class: 'renew', 'data-testid': 'renew', onclick: () => {
      dialog.returnValue = '';
      dialog.showModal();
    } }, demo ? 'Mulai sebagai orang lain' : 'Hapus obrolan');
    return el('span', { class: 'renew-box' }, link, dialog);
  }

  // The actions of bubbles.
  act = {
    press: (entry, choice) => {
      const now = Date.now();
      const press = `${entry.id} ${choice.token}`;
      if (this.pressed === press && now - this.pressedAt < 600) return; // a finger that slipped twice
      this.pressed = press;
      this.pressedAt = now;
      this.chat.press(entry, choice);
      this.scrollToEnd();
    },
    edit: (entry) => this.composer.edit(entry),
    answer: (entry) => this.composer.answer(entry),
    show: (id) => this.nodes.get(id)?.scrollIntoView({ block: 'center' }),
    file: (entry, i) => this.chat.file(entry, i),
    again: (entry) => this.chat.again(entry),
    cancel: (entry) => this.chat.cancel(entry),
    locate: () => this.composer.locate(),
    settled: () => {
      if (this.atEnd !== false) this.scrollToEnd();
    },
    copy: async (text, button) => {
      const ok = await copyText(text);
      button.lastChild.textContent = ok ? 'Tersalin' : 'Tekan lama untuk menyalin';
      setTimeout(() => (button.lastChild.textContent = `Salin ${text}`), 2500);
    },
  };

  options(entry) {
    return {
      readOnly: this.chat.readOnly,
      current: entry.id === this.current,
      editable: entry.id === this.editable,
      name: this.chat.group && entry.from === 'me' ? this.chat.nameOf(entry) : undefined,
      quote: entry.reply ? entry.quote : this.quoted(entry.answers),
      progress: this.chat.queue.progress.get(entry.id),
    };
  }

  // quoted is what is still known of a message that the service answers.
  quoted(id) {
    const entry = id && this.chat.transcript.get(id);
    return entry ? snippet(entry) : undefined;
  }

  shown() {
    return this.chat.transcript.list().filter((entry) => entry.type !== 'edit');
  }

  renderAll() {
    this.nodes.clear();
    this.lastDay = this.lastN = undefined;
    const entries = this.shown();
    this.log.replaceChildren();
    this.mark(entries);
    if (entries.length === 0) this.log.append(this.invitation());
    for (const entry of entries) this.append(entry);
    this.log.append(this.typing);
    this.scrollToEnd();
  }

  append(entry) {
    const day = dayOf(entry.at);
    if (day !== this.lastDay) {
      this.lastDay = day;
      this.typing.isConnected ? this.typing.before(this.dayPill(entry)) : this.log.append(this.dayPill(entry));
    }
    const node = render(entry, this.act, this.options(entry));
    node.dataset.n = entry.n;
    this.nodes.set(entry.id, node);
    this.lastN = entry.n;
    if (this.typing.isConnected) this.typing.before(node);
    else this.log.append(node);
  }

  dayPill(entry) {
    return el('div', { class: 'day', 'data-at': entry.at }, el('span', {}, dayName(entry.at, this.chat.now())));
  }

  // renameDays says what was today as it is seen from another day.
  renameDays() {
    for (const pill of this.log.querySelectorAll('.day')) pill.firstChild.textContent = dayName(pill.dataset.at, this.chat.now());
  }

  // changed shows what became of one entry.
  changed(id) {
    const entry = this.chat.transcript.get(id);
    let node = this.nodes.get(id);
    if (entry?.type === 'edit') return;
    if (node && entry && Number(node.dataset.n) !== entry.n) { // it moved to the end
      node.remove();
      this.nodes.delete(id);
      node = undefined;
    }
    const entries = this.shown();
    if (!entry || entries.length <= 1 || (!node && this.lastN !== undefined && entry.n < this.lastN)) {
      if (node || entry) this.renderAll();
      return;
    }
    const follow = this.atEnd !== false;
    this.mark(entries);
    if (!node) this.append(entry);
    else if (!this.tickOnly(node, entry)) this.replace(id);
    if (follow) this.scrollToEnd();
    else this.toEnd.hidden = false;
  }

  // tickOnly brings a text's tick up to date without making the bubble anew, as a
  // screen reader would read it again.
  tickOnly(node, entry) {
    if (entry.from !== 'me' || entry.type === 'upload' || entry.state === 'failed' || node.dataset.state === 'failed') return false;
    const fresh = render(entry, this.act, this.options(entry));
    if (fresh.querySelector('.text')?.textContent !== node.querySelector('.text')?.textContent) return false;
    node.dataset.state = entry.state;
    node.querySelector('.meta').replaceWith(fresh.querySelector('.meta'));
    return true;
  }

  replace(id) {
    const node = this.nodes.get(id);
    const entry = this.chat.transcript.get(id);
    if (!node || !entry) return;
    const focused = node.contains(document.activeElement) ? document.activeElement.dataset.token : undefined;
    const fresh = render(entry, this.act, this.options(entry));
    fresh.classList.toggle('old', node.classList.contains('old'));
    fresh.dataset.n = node.dataset.n;
    node.replaceWith(fresh);
    this.nodes.set(id, fresh);
    if (focused) fresh.querySelector(`[data-token="${CSS.escape(focused)}"]`)?.focus();
    this.dim();
  }

  // mark finds the question that is open and the text that can be changed.
  mark(entries) {
    const before = [this.current, this.editable];
    this.current = openQuestion(entries)?.id;
    this.editable = this.composer?.lastOwn()?.id;
    for (const id of new Set([...before, this.current, this.editable])) {
      if (id && before.includes(id) !== [this.current, this.editable].includes(id)) this.replace(id);
    }
    queueMicrotask(() => this.dim());
  }

  // dim greys the buttons of earlier questions. They can still be pressed: the
  // service says what became of the question.
  dim() {
    for (const [id, node] of this.nodes) {
      const entry = this.chat.transcript.get(id);
      if (entry?.from !== 'bot') continue;
      node.classList.toggle('old', Boolean(entry.pressed) || (numbered(entry) && id !== this.current));
    }
  }

  invitation() {
    const { title, text, examples } = this.words;
    const node = el('div', { class: 'invitation', 'data-testid': 'invitation' },
      el('img', { src: '/page/icon.svg', alt: '', width: '72', height: '72' }), el('h3', {}, title), el('p', {}, text));
    if (examples.length) {
      const list = el('div', { class: 'examples' });
      for (const example of examples) {
        list.append(el('button', { type: 'button', class: 'example', 'data-testid': 'example', onclick: () => this.composer.fill(example) }, example));
      }
      node.append(el('p', { class: 'small' }, 'Misalnya (ketuk, lalu kirim):'), list,
        el('p', { class: 'small lock' }, icon('shield'), 'Riwayat obrolan hanya ada di perangkat ini.'));
    }
    return node;
  }

  showStatus = () => {
    const offline = !navigator.onLine || this.chat.line === 'closed' || this.chat.queue.stuck;
    const waiting = this.chat.transcript.waiting().length > 0;
    let text = '';
    if (offline) {
      text = waiting
        ? 'Sambungan terputus. Pesan Anda tersimpan di sini dan dikirim sendiri begitu tersambung.'
        : 'Sambungan terputus. Mencoba menyambung lagi…';
    } else if (!durable && !this.chat.readOnly) {
      text = 'Peramban ini tidak menyimpan riwayat: obrolan hilang bila halaman ditutup.';
    }
    this.banner.textContent = text;
    this.banner.hidden = text === '';
    this.node.classList.toggle('offline', Boolean(offline));
  };

  showTyping(on) {
    clearTimeout(this.typingTimer);
    if (this.chat.readOnly) return;
    const follow = this.atEnd !== false;
    this.typing.hidden = !on;
    this.line.textContent = on ? 'sedang mengetik…' : this.words.line;
    if (on) this.typingTimer = setTimeout(() => this.showTyping(false), TYPING);
    if (follow) this.scrollToEnd();
  }

  showProgress(id) {
    const bar = this.nodes.get(id)?.querySelector('progress');
    if (bar) bar.value = 100 * (this.chat.queue.progress.get(id) ?? 0);
  }

  // alert shows what only the one who pressed a button sees, with the way to
  // where it goes on.
  alert(text) {
    const { chat } = this;
    this.notice(text, chat.group ? el('button', { type: 'button', 'data-testid': 'go-private', onclick: () => {
      this.notice('');
      this.onOpen(chat.as);
    } }, `Buka obrolan ${chat.config.panes[chat.as]?.title}`) : undefined);
  }

  notice(text, ...more) {
    clearTimeout(this.noticeTimer);
    this.noticeNode.replaceChildren(...(text ? [el('span', {}, ...written(text))] : []), ...more.filter(Boolean));
    this.noticeNode.hidden = text === '';
    if (text) this.noticeTimer = setTimeout(() => this.notice(''), 10_000);
  }

  // scrolled tells a person who reads back from a log that grew or shrank.
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    const size = `${scrollHeight} ${clientHeight}`;
    if (scrollHeight - scrollTop - clientHeight < 60) this.atEnd = true;
    else if (size === this.size) this.atEnd = false;
    this.size = size;
    if (this.atEnd) this.toEnd.hidden = true;
  }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.atEnd = true;
    this.toEnd.hidden = true;
  }

  close() {
    removeEventListener('online', this.showStatus);
    removeEventListener('offline', this.showStatus);
    this.node.remove();
  }
}

// numbered tells whether a message's choices are those of a question. What stands
// below cards and news carries no numbers, and may be pressed for as long as it
// stands there.
function numbered(entry) {
  return entry.m?.ask_location || entry.m?.choices?.some((choice) => choice.number > 0);
}

// openQuestion returns the last message that asks something, unless something
// was written after it and answered without another question.
function openQuestion(entries) {
  const at = entries.findLastIndex((entry) => entry.from === 'bot' && numbered(entry));
  const reply = entries.findIndex((entry, i) => i > at && entry.from === 'me');
  const answered = reply >= 0 && entries.some((entry, i) => i > reply && entry.from === 'bot');
  return answered ? undefined : entries[at];
}

// copyText puts text on the clipboard, also where the page is served without TLS.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el('textarea', { class: 'unseen', readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    const ok = document.execCommand('copy');
    area.remove();
    return ok;
  }
}
