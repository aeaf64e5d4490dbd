import { LOOKS } from '../shared/constants.ts';
import { Game } from './game.ts';
import { claimPerson } from './identity.ts';
import { collectErrors, exposeProbe } from './probe.ts';
import { cutName, readAddress } from './settings.ts';
import { guestName } from './ui/guest-name.ts';
import { showNotice } from './ui/notice.ts';
import type { Persona } from './ui/persona-fields.ts';
import { askPersona } from './ui/start-card.ts';
import { Scene } from './view/scene.ts';

const errors = collectErrors(window);
const parent = document.getElementById('game');
if (parent !== null) await start(parent);

/** The browser's start: can it, who, and then the game. */
async function start(parent: HTMLElement): Promise<void> {
  if (typeof WebSocket === 'undefined') {
    showNotice(parent, 'Flatlands cannot connect here', [
      'This browser has no WebSocket, which the world comes through.',
    ]);
    return;
  }
  // Begun first: after a reload it may wait for the page before.
  const claiming = claimPerson(window);
  let scene: Scene;
  try {
    scene = await Scene.start();
  } catch (error) {
    console.error(error);
    showNotice(parent, 'Flatlands cannot draw here', [
      'This browser offers no WebGL, which the land is drawn with.',
      'It may be switched off in the settings, or the graphics driver may be missing; another browser may do.',
    ]);
    return;
  }
  const address = readAddress(location.search);
  const memory = await claiming;
  const game = new Game({ scene, parent, address, memory, url: socketUrl(location) });
  exposeProbe(window, game, scene, errors);

  const look = address.look ?? memory.look ?? Math.floor(Math.random() * LOOKS);
  if (address.name !== undefined) {
    game.play({ name: address.name, look });
    return;
  }
  const suggested: Persona = { name: memory.name ?? guestName(Math.random), look };
  const asked = await askPersona(parent, suggested, memory.token !== null && memory.name !== undefined);
  game.play({ name: cutName(asked.name) || suggested.name, look: asked.look });
}

function socketUrl({ protocol, host }: Location): string {
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/ws`;
}
