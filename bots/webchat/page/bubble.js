// How an entry of the transcript looks.

import * as files from './files.js';
import { fileKey } from './chat.js';
import { bytes, el, icon, timeOf } from './dom.js';

const BOLD = /\x02([^\x02\x03]*)\x03/g; // conversation.BoldOn … BoldOff

// written returns a text as nodes, with its bold words.
export function written(text) {
  const nodes = [];
  const put = (plain) => {
    const clean = plain.replace(/[\x02\x03]/g, '');
    if (clean) nodes.push(clean);
  };
  let end = 0;
  for (const match of text.matchAll(BOLD)) {
    put(text.slice(end, match.index));
    nodes.push(el('strong', {}, match[1]));
    end = match.index + match[0].length;
  }
  put(text.slice(end));
  return nodes;
}

// render makes the element of an entry. act has what its buttons do.
export function render(entry, act, options) {
  const me = entry.from === 'me';
  const bubble = el('div', { class: 'bubble' });
  if (options.name) bubble.append(el('div', { class: 'name' }, options.name));
  else bubble.append(el('span', { class: 'unseen' }, me ? 'Anda: ' : 'Kentongan: '));
  if (options.quote) bubble.append(quote(entry.reply ?? entry.answers, options.quote, act));
  if (me) bubble.append(...mine(entry, act, options));
  else bubble.append(...theirs(entry, act));
  bubble.append(meta(entry, act, options));

  const node = el('article', {
    class: `msg ${me ? 'me' : 'bot'} ${entry.type ?? ''}`,
    'data-testid': 'message', 'data-id': entry.id, 'data-from': entry.from, 'data-type': entry.type, 'data-state': entry.state,
  }, bubble);
  if (!me) node.append(...below(entry, act, options));
  if (me && entry.state === 'failed') node.append(failed(entry, act));
  return node;
}

// quote is the message that another one answers.
function quote(id, text, act) {
  return el('button', { type: 'button', class: 'quote', dir: 'auto', 'data-testid': 'quote', onclick: () => act.show(id) }, text);
}

// theirs is what the service sent.
function theirs(entry, act) {
  const nodes = (entry.files ?? []).map((file, i) => sentFile(entry, i, act));
  const text = entry.m?.text ?? '';
  if (text || nodes.length === 0) nodes.push(el('div', { class: 'text', dir: 'auto' }, ...written(text)));
  return nodes;
}

// sentFile shows a picture at once; what is long is fetched when it is wanted.
function sentFile(entry, i, act) {
  const { kind, name, type, bytes: size } = entry.files[i];
  const box = el('div', { class: 'sent-file', 'data-testid': 'sent-file', 'data-kind': kind });
  const say = (words) => box.replaceChildren(el('p', { class: 'gone' }, words));
  const pictured = kind === 'photo' && files.isPicture(type);
  const played = { video: 'video', audio: 'audio' }[kind];
  const show = (url) => {
    if (pictured) {
      box.replaceChildren(el('img', { class: 'photo', src: url, alt: `Foto ${name}`, 'data-testid': 'picture', onload: act.settled }));
    } else if (played) {
      box.replaceChildren(el(played, { class: 'player', src: url, controls: true, 'aria-label': name, 'data-testid': 'player' }));
    }
  };
  const fetchIt = async (then) => {
    try {
      const url = await act.file(entry, i);
      if (url) then(url);
      else say(`${name} sudah tidak tersedia.`);
    } catch {
      offer('Belum dapat dibuka. Coba lagi.');
    }
  };
  const open = () => fetchIt((url) => {
    if (pictured || played) show(url);
    else el('a', { href: url, download: name }).click();
  });
  const offer = (words) => {
    const sign = { photo: 'picture', video: 'video', audio: 'audio' }[kind] ?? 'file';
    box.replaceChildren(el('button', { type: 'button', class: 'chip', 'data-testid': 'open-file', onclick: open },
      icon(sign), el('span', {}, el('b', { dir: 'auto' }, name), el('small', {}, words))));
  };
  offer(`${bytes(size)} · ketuk untuk ${played ? 'memutar' : 'menyimpan'}`);
  const here = files.url(fileKey(entry, i));
  if (here) show(here);
  else if (pictured) fetchIt(show);
  return box;
}

function meta(entry, act, options) {
  const node = el('div', { class: 'meta' });
  if (entry.from === 'bot' && !options.readOnly) {
    node.append(el('button', { type: 'button', class: 'answer', 'data-testid': 'reply', onclick: () => act.answer(entry) }, 'Balas'));
  }
  if (options.editable) {
    node.append(el('button', { type: 'button', class: 'edit', title: 'Ubah pesan ini', 'aria-label': 'Ubah pesan ini', 'data-testid': 'edit', onclick: () => act.edit(entry) }, icon('edit')));
  }
  if (entry.edited) node.append(el('span', {}, 'diubah'));
  node.append(el('time', { datetime: entry.at }, timeOf(entry.at)));
  if (entry.from === 'me') {
    const [sign, words] = {
      waiting: ['clock', 'Menunggu dikirim'],
      sent: ['check', 'Terkirim'],
      failed: ['alert', 'Tidak terkirim'],
    }[entry.state] ?? ['clock', ''];
    node.append(el('span', { class: 'tick', role: 'img', 'aria-label': words, title: words, 'data-testid': 'tick' }, icon(sign)));
  }
  return node;
}

// mine is what I sent.
function mine(entry, act, options) {
  switch (entry.type) {
    case 'upload':
      return attachment(entry, act, options);
    case 'pin':
      return [el('div', { class: 'chip' }, icon('pin'), el('span', {}, el('b', {}, 'Lokasi saya'),
        el('small', {}, `${entry.lat.toFixed(5)}, ${entry.lon.toFixed(5)}`)))];
    default:
      return [el('div', { class: 'text', dir: 'auto' }, entry.text ?? '')];
  }
}

function attachment(entry, act, options) {
  const nodes = [];
  const url = files.picture(entry.id);
  if (url) {
    nodes.push(el('img', { class: 'photo', src: url, alt: `Foto ${entry.name}`, 'data-testid': 'thumbnail', onload: act.settled }));
  } else {
    const sign = { image: 'picture', video: 'video', audio: 'audio' }[entry.file_type.split('/')[0]] ?? 'file';
    nodes.push(el('div', { class: 'chip' }, icon(sign), el('span', {}, el('b', { dir: 'auto' }, entry.name || 'Berkas'), el('small', {}, bytes(entry.bytes)))));
  }
  if (entry.state === 'waiting' && !entry.tried) {
    const done = options.progress ?? 0;
    nodes.push(el('div', { class: 'going' },
      el('progress', { max: '100', value: String(Math.round(done * 100)), 'aria-label': `Mengirim ${entry.name}` }),
      el('button', { type: 'button', class: 'cancel', 'aria-label': `Batalkan pengiriman ${entry.name}`, title: 'Batalkan', onclick: () => act.cancel(entry) }, icon('close'))));
  }
  return nodes;
}

function failed(entry, act) {
  const node = el('div', { class: 'failed', role: 'alert' }, el('span', {}, entry.why ?? 'Tidak terkirim.'));
  if (!entry.final) node.append(el('button', { type: 'button', onclick: () => act.again(entry) }, 'Kirim ulang'));
  node.append(el('button', { type: 'button', onclick: () => act.cancel(entry) }, 'Buang'));
  return node;
}

// below is what stands under a message of the service.
function below(entry, act, options) {
  const nodes = [];
  const { choices, copy, ask_location: askLocation } = entry.m ?? {};
  if (copy) {
    const button = el('button', { type: 'button', class: 'copy', 'data-testid': 'copy', onclick: () => act.copy(copy, button) }, icon('copy'), `Salin ${copy}`);
    nodes.push(el('div', { class: 'extras' }, button));
  }
  if (askLocation && options.current && !options.readOnly) {
    nodes.push(el('div', { class: 'extras' },
      el('button', { type: 'button', class: 'copy', 'data-testid': 'share-location', onclick: act.locate }, icon('pin'), 'Bagikan lokasi saya')));
  }
  if (choices?.length && !options.readOnly) {
    const list = el('div', { class: 'choices', role: 'group', 'aria-label': 'Pilihan jawaban' });
    for (const choice of choices) {
      list.append(el('button', {
        type: 'button', class: choice.primary ? 'choice primary' : 'choice', 'data-testid': 'choice', 'data-token': choice.token, 'data-number': choice.number || undefined,
        'aria-pressed': entry.pressed === choice.token ? 'true' : undefined,
        onclick: () => act.press(entry, choice),
      }, choice.number ? el('span', { class: 'number' }, String(choice.number)) : undefined, el('span', { dir: 'auto' }, choice.label)));
    }
    nodes.push(list);
  }
  return nodes;
}
