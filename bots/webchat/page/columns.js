// The layout. Panes that share a column lie behind its tabs. Where the page is too
// narrow for the columns side by side, they lie behind tabs too.

import { el } from './dom.js';

const wide = matchMedia('(min-width: 1100px)');

export class Columns {
  // panes has the panes by their index; another one may take a place later.
  constructor(main, nav, panes) {
    Object.assign(this, { main, nav, panes, columns: [] });
    panes.forEach((pane, index) => this.place(pane, index));
    if (this.columns.length > 1) {
      nav.append(...this.columns.map((column, i) => {
        column.tab = this.tab(`column-${i}`, column.name, column.node.id, (step) => this.step(this.columns, i, step));
        column.tab.addEventListener('click', () => this.open(column.selected));
        return column.tab;
      }));
    }
    for (const column of this.columns) this.makeTabs(column);
    [this.current] = this.columns;
    wide.addEventListener('change', () => this.show());
    this.show();
  }

  place(pane, index) {
    const name = pane.chat.column;
    let column = name && this.columns.find((other) => other.name === name);
    if (!column) {
      column = { name: name || pane.chat.title, indexes: [], selected: index, tabs: [] };
      column.node = el('div', { class: 'column', id: `column-${this.columns.length}-panes` });
      this.columns.push(column);
      this.main.append(column.node);
    }
    column.indexes.push(index);
    column.node.append(pane.node);
  }

  makeTabs(column) {
    if (column.indexes.length < 2) return;
    column.tabs = column.indexes.map((index, i) => {
      const tab = this.tab(`tab-${index}`, this.panes[index].chat.title, `pane-${index}`,
        (step) => this.step(column.indexes.map((at) => ({ selected: at, tab: column.tabs[column.indexes.indexOf(at)] })), i, step));
      tab.addEventListener('click', () => this.open(index));
      return tab;
    });
    column.node.prepend(el('nav', { class: 'tabs inner', role: 'tablist', 'aria-label': column.name }, ...column.tabs));
  }

  tab(id, name, controls, step) {
    return el('button', {
      type: 'button', id, role: 'tab', 'aria-controls': controls, 'data-testid': id,
      onkeydown: (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by) step(by);
      },
    }, el('span', {}, name), el('span', { class: 'badge' }));
  }

  // step goes to the tab beside the one at i.
  step(list, i, by) {
    const next = list[(i + by + list.length) % list.length];
    this.open(next.selected);
    next.tab.focus();
  }

  columnOf(index) {
    return this.columns.find((column) => column.indexes.includes(index));
  }

  // seen tells whether a pane lies in front.
  seen(pane) {
    const column = this.columnOf(pane.chat.index);
    return column.selected === pane.chat.index && (wide.matches || column === this.current);
  }

  // open brings a pane to the front.
  open(index) {
    this.current = this.columnOf(index);
    this.current.selected = index;
    this.show();
    this.panes[index].scrollToEnd();
  }

  show() {
    this.nav.hidden = wide.matches || this.columns.length < 2;
    for (const column of this.columns) {
      column.node.classList.toggle('away', !wide.matches && column !== this.current);
      let unread = 0;
      column.indexes.forEach((index, i) => {
        const pane = this.panes[index];
        if (this.seen(pane)) pane.unread = 0;
        unread += pane.unread;
        pane.node.classList.toggle('away', index !== column.selected);
        mark(column.tabs[i], index === column.selected, pane.unread);
      });
      mark(column.tab, column === this.current, unread);
    }
  }
}

// mark shows of a tab whether it is open, and how much came behind it.
function mark(tab, selected, unread) {
  if (!tab) return;
  tab.setAttribute('aria-selected', String(selected));
  tab.tabIndex = selected ? 0 : -1;
  const badge = tab.querySelector('.badge');
  badge.textContent = unread || '';
  badge.setAttribute('aria-label', unread ? `${unread} pesan baru` : '');
  badge.hidden = unread === 0;
}
