// The page: its panes, and what is told beyond one of them.

import * as files from './files.js';
import * as storage from './storage.js';
import { Chat } from './chat.js';
import { Clock } from './clock.js';
import { Columns } from './columns.js';
import { Pane } from './pane.js';
import { Stream } from './stream.js';

const config = JSON.parse(document.body.dataset.config);
let unseen = 0; // messages that came while nobody looked

forgetEarlierDemos();
const panes = config.panes.map(make);
const columns = new Columns(document.getElementById('panes'), document.getElementById('tabs'), panes);
for (const pane of panes) pane.chat.start();
let stream = listen();
const clock = document.getElementById('clock');
if (clock) {
  new Clock(clock, (now) => {
    for (const pane of panes) pane.chat.setNow(now);
  });
}

function make(pane, index) {
  const chat = new Chat(pane, index, config);
  return new Pane(chat, {
    onNews: (at) => {
      if (document.hidden) {
        unseen++;
        document.title = `(${unseen}) Kentongan`;
      }
      if (columns.seen(at)) return;
      at.unread++;
      columns.show();
    },
    onRenew: async (old) => {
      stream.stop();
      await old.chat.forget();
      const fresh = make(pane, index);
      old.node.before(fresh.node);
      old.close();
      panes[index] = fresh;
      fresh.chat.start();
      stream = listen();
      columns.show();
      fresh.composer?.input.focus();
    },
    onOpen: (other) => columns.open(other),
  });
}

function listen() {
  const all = new Stream(panes.map((pane) => pane.chat));
  all.start();
  return all;
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = 'Kentongan';
});

// forgetEarlierDemos clears what the browser keeps of data that the demo has
// forgotten since.
function forgetEarlierDemos() {
  if (storage.read('kentongan.epoch') === config.epoch) return;
  if (config.demo) {
    for (const key of storage.keys('kentongan.')) storage.remove(key);
    files.clear();
  }
  storage.write('kentongan.epoch', config.epoch);
}
