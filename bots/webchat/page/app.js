// The page: its panes side by side, or behind tabs where there is no room.

import { Chat } from './chat.js';
import { Pane } from './pane.js';
import * as storage from './storage.js';

const config = JSON.parse(document.body.dataset.config);
const panesNode = document.getElementById('panes');
const tabsNode = document.getElementById('tabs');
const wide = matchMedia('(min-width: 1100px)');
const panes = [];
const tabs = [];
let selected = 0;
let unseen = 0; // messages that came while nobody looked

forgetEarlierDemos();
config.panes.forEach((pane, index) => {
  panes[index] = open(pane, index);
  panesNode.append(panes[index].node);
});
if (panes.length > 1) makeTabs();
for (const pane of panes) pane.chat.start();

function open(pane, index) {
  const chat = new Chat(pane, index, config);
  return new Pane(chat, {
    onNews: (at) => {
      if (document.hidden) {
        unseen++;
        document.title = `(${unseen}) Kentongan`;
      }
      if (tabs.length && !wide.matches && panes[selected] !== at) {
        at.unread++;
        showTabs();
      }
    },
    onRenew: async (old) => {
      await old.chat.forget();
      const fresh = open(pane, index);
      old.node.before(fresh.node);
      old.close();
      panes[index] = fresh;
      fresh.chat.start();
      showTabs();
      fresh.composer?.input.focus();
    },
  });
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
  if (config.demo) for (const key of storage.keys('kentongan.')) storage.remove(key);
  storage.write('kentongan.epoch', config.epoch);
}

function makeTabs() {
  panes.forEach((pane, index) => {
    const tab = document.createElement('button');
    tab.type = 'button';
    tab.id = `tab-${index}`;
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', `pane-${index}`);
    tab.dataset.testid = `tab-${index}`;
    const name = document.createElement('span');
    name.textContent = pane.chat.title;
    const badge = document.createElement('span');
    badge.className = 'badge';
    tab.append(name, badge);
    tab.addEventListener('click', () => select(index));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (index + step + panes.length) % panes.length;
      select(next);
      tabs[next].focus();
    });
    tabs.push(tab);
    tabsNode.append(tab);
  });
  wide.addEventListener('change', showTabs);
  showTabs();
}

function select(index) {
  selected = index;
  panes[index].unread = 0;
  showTabs();
  panes[index].scrollToEnd();
}

function showTabs() {
  if (tabs.length === 0) return;
  tabsNode.hidden = wide.matches;
  panes.forEach((pane, index) => {
    if (wide.matches) pane.unread = 0;
    pane.node.classList.toggle('away', !wide.matches && index !== selected);
    tabs[index].setAttribute('aria-selected', String(index === selected));
    tabs[index].tabIndex = index === selected ? 0 : -1;
    const badge = tabs[index].querySelector('.badge');
    badge.textContent = pane.unread || '';
    badge.setAttribute('aria-label', pane.unread ? `${pane.unread} pesan baru` : '');
    badge.hidden = pane.unread === 0;
  });
}
