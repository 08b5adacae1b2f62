/** The API key: from the link's fragment, which browsers never send, into this tab's session and out of the address bar. */

const name = 'meridian.key';

/** The key of the link, else the one that this tab was opened with before; null where there is none yet. */
export function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given !== null && given !== '') {
    keepKey(given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(name);
}

export function keepKey(key) {
  sessionStorage.setItem(name, key);
}

/** Asks for the key; resolves once there is one. */
export function askForKey(container) {
  return new Promise((resolve) => {
    const form = document.createElement('form');
    form.className = 'key';
    const label = document.createElement('label');
    label.textContent = 'API key or account token';
    const input = document.createElement('input');
    input.type = 'password';
    input.autocomplete = 'off';
    input.required = true;
    input.name = 'key';
    const button = document.createElement('button');
    button.textContent = 'Open GraphiQL';
    const hint = document.createElement('p');
    hint.textContent =
      'The development key is in the file that the banner of `npm start` names. `npm run meridian -- open` opens this page with it.';
    label.append(input);
    form.append(label, button, hint);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const key = input.value.trim();
      if (key === '') return;
      keepKey(key);
      form.remove();
      resolve(key);
    });
    container.replaceChildren(form);
    input.focus();
  });
}
