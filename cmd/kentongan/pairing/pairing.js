// The page that links the office's phone: it starts, then asks every second
// what to show.
const el = (id) => document.getElementById(id);
let asking = null;

async function start(phone) {
  await fetch('/demo/whatsapp', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ phone }),
  });
  if (asking === null) {
    asking = setInterval(ask, 1000);
  }
  ask();
}

async function ask() {
  let now;
  try {
    now = await (await fetch('/demo/whatsapp/state')).json();
  } catch {
    el('state').textContent = 'Peragaan tidak menjawab. Apakah masih berjalan?';
    return;
  }
  el('state').textContent = now.say ?? '';
  el('state').dataset.state = now.state;
  el('picture').hidden = !now.picture;
  if (now.picture && el('picture').src !== now.picture) {
    el('picture').src = now.picture;
  }
  el('code').hidden = !now.code;
  el('code').textContent = now.code ?? '';
  if (now.state === 'linked' || now.state === 'failed') {
    clearInterval(asking);
    asking = null;
  }
}

el('form').addEventListener('submit', (event) => {
  event.preventDefault();
  start('');
});
el('typed').addEventListener('click', () => start(el('phone').value));
