// Where a person writes: text, files and a place.

import * as storage from './storage.js';
import { answerTo, newId, snippet } from './chat.js';
import { bytes, el, icon } from './dom.js';

const touch = matchMedia('(pointer: coarse)');

export class Composer {
  // done is called after something was sent.
  constructor(chat, pane, { notice, done }) {
    Object.assign(this, { chat, pane, notice, done, editing: undefined, answering: undefined });
    const n = chat.index;
    this.input = el('textarea', {
      rows: '1', placeholder: chat.group ? 'Tulis di grup, atau balas kartu' : 'Tulis pesan', 'aria-label': `Tulis pesan untuk Kentongan, ${chat.title}`, enterkeyhint: 'send',
      autocomplete: 'off', 'data-testid': 'input', dir: 'auto',
      oninput: () => this.changed(), onkeydown: (event) => this.key(event), onbeforeinput: (event) => this.newLine(event), onpaste: (event) => this.paste(event),
    });
    this.sendButton = el('button', { type: 'submit', class: 'round send', 'aria-label': 'Kirim pesan', title: 'Kirim (Enter)', 'data-testid': 'send' }, icon('send'));
    this.menuButton = el('button', {
      type: 'button', class: 'round attach', 'aria-label': 'Lampirkan foto, berkas, atau lokasi', title: 'Lampirkan',
      'aria-expanded': 'false', 'aria-controls': `menu-${n}`, 'data-testid': 'attach', onclick: () => this.toggle(),
    }, icon('attach'));
    this.menu = el('div', { class: 'menu', id: `menu-${n}`, hidden: true });
    this.fileInput = this.chooser({ multiple: true, 'data-testid': 'file-input' });
    const media = this.chooser({ multiple: true, accept: 'image/*,video/*', 'data-testid': 'media-input' });
    const camera = this.chooser({ accept: 'image/*', capture: 'environment' });
    this.menu.append(this.item('picture', 'Foto atau video', () => media.click()));
    if (touch.matches) this.menu.append(this.item('camera', 'Kamera', () => camera.click()));
    this.menu.append(
      this.item('file', 'Berkas', () => this.fileInput.click()),
      this.item('pin', 'Lokasi saya', () => this.locate(), 'location'),
      el('p', {}, `Paling besar ${bytes(chat.config.maxFile)} setiap berkas.`),
    );
    this.editBar = el('div', { class: 'editing', hidden: true }, el('span', {}, 'Mengubah pesan terakhir'),
      el('button', { type: 'button', 'aria-label': 'Batal mengubah', onclick: () => this.stopEditing() }, icon('close')));
    this.answerText = el('span', { dir: 'auto' });
    this.answerBar = el('div', { class: 'answering', 'data-testid': 'answering', hidden: true }, icon('answer'), this.answerText,
      el('button', { type: 'button', 'aria-label': 'Batal membalas', onclick: () => this.stopAnswering() }, icon('close')));
    // Files are sent in private: a group's are nobody's answer.
    const row = chat.group ? [this.input, this.sendButton] : [this.menuButton, this.input, this.sendButton];
    this.node = el('form', { class: 'composer', onsubmit: (event) => this.submit(event) },
      chat.group ? this.asBar() : undefined, this.editBar, this.answerBar, this.menu, el('div', { class: 'row' }, ...row), this.fileInput, media, camera);

    pane.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.escape();
    });
    document.addEventListener('pointerdown', (event) => {
      if (!this.node.contains(event.target)) this.toggle(false);
    });
    if (!chat.group) this.acceptDrops();
    this.input.value = storage.read(chat.draftKey) ?? '';
    this.changed();
  }

  chooser(attributes) {
    return el('input', {
      type: 'file', hidden: true, tabindex: '-1', 'aria-hidden': 'true', ...attributes,
      onchange: (event) => {
        this.attach([...event.target.files]);
        event.target.value = ''; // the same file again is a choice too
      },
    });
  }

  // asBar says as whom one acts in a group, and lets choose where several may.
  asBar() {
    const { chat } = this;
    const name = (index) => chat.config.panes[index].title;
    if (chat.members.length === 1) return el('p', { class: 'as' }, 'Sebagai ', el('b', {}, name(chat.as)));
    const choose = el('select', { 'data-testid': 'as', onchange: () => chat.actAs(Number(choose.value)) },
      ...chat.members.map((index) => el('option', { value: String(index), selected: index === chat.as }, name(index))));
    return el('label', { class: 'as' }, 'Sebagai ', choose);
  }

  item(sign, words, act, id) {
    return el('button', {
      type: 'button', 'data-testid': id, onclick: () => {
        this.toggle(false);
        act();
      },
    }, icon(sign), words);
  }

  toggle(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.menuButton.setAttribute('aria-expanded', String(open));
    if (open) this.menu.querySelector('button').focus();
  }

  escape() {
    if (!this.menu.hidden) {
      this.toggle(false);
      this.menuButton.focus();
    } else if (this.editing) {
      this.stopEditing();
    } else {
      this.stopAnswering();
    }
  }

  // fill puts a text in for the person to send.
  fill(text) {
    this.input.value = text;
    this.changed();
    this.input.focus();
  }

  changed() {
    this.sendButton.disabled = this.input.value.trim() === '';
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
    clearTimeout(this.keeping);
    if (this.editing) return;
    this.keeping = setTimeout(() => {
      if (this.input.value) storage.write(this.chat.draftKey, this.input.value);
      else storage.remove(this.chat.draftKey);
    }, 300);
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // the keyboard is still making a word
    this.shift = event.shiftKey;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.submit(event);
    } else if (event.key === 'ArrowUp' && this.input.value === '') {
      const last = this.lastOwn();
      if (!last) return;
      event.preventDefault();
      this.edit(last);
    }
  }

  // newLine catches the Enter of keyboards on glass that name no key.
  newLine(event) {
    if (event.inputType === 'insertLineBreak' && !this.shift) this.submit(event);
  }

  // lastOwn is the text that can be changed: the last one that I wrote.
  lastOwn() {
    if (this.chat.group) return undefined;
    const own = this.chat.transcript.list().findLast((entry) => entry.from === 'me' && entry.type !== 'edit');
    return own?.type === 'text' && own.state !== 'failed' ? own : undefined;
  }

  // answer has what is written next answer an entry.
  answer(entry) {
    if (this.editing) this.stopEditing();
    this.answering = entry;
    this.answerText.textContent = snippet(entry);
    this.answerBar.hidden = false;
    this.input.focus();
  }

  stopAnswering() {
    this.answering = undefined;
    this.answerBar.hidden = true;
  }

  edit(entry) {
    this.stopAnswering();
    this.editing = entry.id;
    this.editBar.hidden = false;
    this.fill(entry.text);
  }

  stopEditing() {
    this.editing = undefined;
    this.editBar.hidden = true;
    this.fill('');
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (text === '') return;
    const length = [...text].length;
    if (length > this.chat.config.maxText) {
      const count = (n) => n.toLocaleString('id-ID');
      this.notice(`Tulisan ini ${count(length)} huruf, terlalu panjang untuk satu pesan (paling banyak ${count(this.chat.config.maxText)}). Kirim sebagai berkas, atau bagi menjadi beberapa pesan.`);
      return;
    }
    const edited = this.editing && this.chat.transcript.get(this.editing);
    if (edited) {
      this.stopEditing();
      this.chat.edit(edited, text);
    } else {
      this.chat.say(text, answerTo(this.answering));
      this.stopAnswering();
      this.fill('');
    }
    storage.remove(this.chat.draftKey);
    this.done();
  }

  attach(list) {
    if (list.length === 0) return;
    const album = list.length > 1 ? newId() : undefined;
    for (const file of list) this.chat.upload(file, album, answerTo(this.answering));
    this.stopAnswering();
    this.done();
    if (!touch.matches) this.input.focus();
  }

  paste(event) {
    const list = [...(event.clipboardData?.files ?? [])];
    if (list.length === 0 || this.chat.group) return;
    event.preventDefault();
    this.attach(list);
  }

  acceptDrops() {
    let depth = 0;
    const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
    const show = (on) => this.pane.classList.toggle('dropping', on);
    this.pane.addEventListener('dragenter', (event) => {
      if (holdsFiles(event)) show(++depth > 0);
    });
    this.pane.addEventListener('dragleave', (event) => {
      if (holdsFiles(event)) show(--depth > 0);
    });
    this.pane.addEventListener('dragover', (event) => {
      if (holdsFiles(event)) event.preventDefault();
    });
    this.pane.addEventListener('drop', (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      show(false);
      this.attach([...event.dataTransfer.files]);
    });
  }

  locate() {
    const refused = () => this.notice('Lokasi tidak dapat dibaca di peramban ini. Tulis saja nama tempatnya.');
    if (!navigator.geolocation || !isSecureContext) {
      refused();
      return;
    }
    this.notice('Membaca lokasi…');
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      this.notice('');
      this.chat.post('pin', { lat: coords.latitude, lon: coords.longitude, ...answerTo(this.answering) });
      this.stopAnswering();
      this.done();
    }, refused, { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 });
  }
}
