/**
 * Says so where the page's own script never begins: the browser is older than what it is written in, or a part of it
 * did not arrive. Written for the oldest of browsers, and served as it is.
 */
(function () {
  'use strict';

  function node(name, className, text) {
    var made = document.createElement(name);
    made.className = className;
    if (text) made.appendChild(document.createTextNode(text));
    return made;
  }

  function check() {
    var game = document.getElementById('game');
    if (!game || document.documentElement.hasAttribute('data-started')) return;
    var isOld = !('noModule' in document.createElement('script'));
    var veil = node('div', 'veil is-bare');
    var card = node('main', 'card notice');
    var button = node('button', 'button card-play', 'Reload');
    button.onclick = function () {
      location.reload();
    };
    card.appendChild(node('h1', 'card-title card-title-small', isOld ? 'This browser is too old' : 'Flatlands could not start'));
    card.appendChild(
      node(
        'p',
        'card-tagline',
        isOld
          ? 'Flatlands needs a browser of the last few years: please update this one, or try another.'
          : 'Either a part of the page did not arrive, and reloading helps, or this browser is too old: then another one does.'
      )
    );
    if (!isOld) card.appendChild(button);
    veil.setAttribute('role', 'alert');
    veil.appendChild(card);
    game.appendChild(veil);
  }

  if (document.readyState === 'complete') check();
  else window.addEventListener('load', check);
})();
