// Making elements. Text only ever becomes text nodes; the page's content policy
// would stop anything else.

// el makes an element. Attributes whose value is undefined or false are left
// out; on… are listeners.
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

const shapes = {
  send: 'M3.4 20.4 21 12 3.4 3.6 3.4 10.1 15 12 3.4 13.9z',
  attach: 'M16.5 6.5v10a4.5 4.5 0 0 1-9 0V5.8a3 3 0 0 1 6 0v9.9a1.5 1.5 0 0 1-3 0V7H9v8.7a3 3 0 0 0 6 0V5.8a4.5 4.5 0 0 0-9 0v10.7a6 6 0 0 0 12 0v-10z',
  picture: 'M20 4H4a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V6a2 2 0 0 0-2-2zM8.2 8a1.8 1.8 0 1 1 0 3.6A1.8 1.8 0 0 1 8.2 8zM4.5 17.5l4.3-5 2.8 3.2 3.7-4.7 4.7 6.5z',
  camera: 'M9 4 7.4 6H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-3.4L15 4zm3 4.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zm0 2a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  file: 'M6 2a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8l-6-6zm7 1.5L18.5 9H13zM8 13h8v1.6H8zm0 3.4h8V18H8z',
  video: 'M4 5a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3l5 3.5V6.5L17 10V7a2 2 0 0 0-2-2z',
  audio: 'M12 3v10.6A4 4 0 1 0 14 17V7h5V3z',
  pin: 'M12 2a7 7 0 0 0-7 7c0 5.2 7 13 7 13s7-7.8 7-13a7 7 0 0 0-7-7zm0 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  check: 'M9.2 16.6 4.9 12.3 3.5 13.7l5.7 5.7L21 7.6l-1.4-1.4z',
  clock: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 1.8a8.2 8.2 0 1 1 0 16.4 8.2 8.2 0 0 1 0-16.4zM11.1 6.5v6l4.6 2.7.9-1.5-3.7-2.2v-5z',
  alert: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1 5h2v7h-2zm0 8.6h2v2h-2z',
  copy: 'M8 3a2 2 0 0 0-2 2v1H5a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-1h3a2 2 0 0 0 2-2V5a2 2 0 0 0-2-2zm0 2h11v11h-3V8a2 2 0 0 0-2-2H8z',
  edit: 'M3 17.3V21h3.7L17.8 9.9l-3.7-3.7zM20.7 7a1 1 0 0 0 0-1.4l-2.3-2.3a1 1 0 0 0-1.4 0l-1.8 1.8 3.7 3.7z',
  answer: 'M10 9V5l-7 7 7 7v-4.100c5 0 8.500 1.600 11 5.100-1-5-4-10-11-11z',
  close: 'M18.3 7.1 16.9 5.7 12 10.6 7.1 5.7 5.7 7.1l4.9 4.9-4.9 4.9 1.4 1.4 4.9-4.9 4.9 4.9 1.4-1.4-4.9-4.9z',
  down: 'M12 16.2 5.3 9.5l1.4-1.4 5.3 5.3 5.3-5.3 1.4 1.4z',
  group: 'M8.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm7.5 0a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-7.5 2C5.5 13 2 14.5 2 17v2.5h13V17c0-2.500-3.500-4-6.500-4zm7.500.2c-.4 0-.8 0-1.200.1 1.400 1 2.200 2.200 2.200 3.700v2.500h5V17c0-2.300-3.200-3.800-6-3.800z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-3.300 0-8 1.600-8 4.500V20h16v-1.500c0-2.900-4.700-4.500-8-4.500z',
  shield: 'M12 2 4 5v6c0 5 3.400 9.400 8 11 4.600-1.600 8-6 8-11V5zm-1.200 14.200-3.600-3.600 1.400-1.400 2.200 2.200 4.800-4.800 1.400 1.400z',
};

// icon makes one of the page's signs; it says nothing to a screen reader.
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}

// bytes says a size as people do.
export function bytes(n) {
  if (n < 1024) return `${n} bita`;
  if (n < 1048576) return `${Math.round(n / 1024)} KB`;
  return `${(n / 1048576).toLocaleString('id-ID', { maximumFractionDigits: 1 })} MB`;
}

// A demo's page says times in the zone of its clock.
const timeZone = JSON.parse(document.body.dataset.config).zone;
const clock = new Intl.DateTimeFormat('id-ID', { hour: '2-digit', minute: '2-digit', timeZone });
const date = new Intl.DateTimeFormat('id-ID', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone });
const zone = new Intl.DateTimeFormat('id-ID', { timeZoneName: 'short', timeZone });

export const timeOf = (at) => clock.format(new Date(at));
export const dayOf = (at) => date.format(new Date(at));

const short = new Intl.DateTimeFormat('id-ID', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone });
const letters = (at) => zone.formatToParts(new Date(at)).find((part) => part.type === 'timeZoneName').value;

// shortMomentOf says a day and a time where there is little room.
export const shortMomentOf = (at) => `${short.format(new Date(at))}, ${timeOf(at)} ${letters(at)}`;

// momentOf says a day and a time with the letters of its zone.
export const momentOf = (at) => `${dayOf(at)} pukul ${timeOf(at)} ${letters(at)}`;

// dayName says a day as seen from now.
export function dayName(at, now) {
  const day = dayOf(at);
  if (day === dayOf(now)) return 'Hari ini';
  if (day === dayOf(new Date(Date.parse(now) - 86_400_000))) return 'Kemarin';
  return day;
}
