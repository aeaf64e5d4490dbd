import { LOOKS, UNITS_PER_TILE } from '../shared/constants.ts';
import { cutName, readAddress } from './address.ts';
import { Game } from './game.ts';
import { claimPerson } from './identity.ts';
import { attempt } from './memory.ts';
import { PreferenceStore } from './preferences.ts';
import { collectErrors, exposeProbe } from './probe.ts';
import { footingOf } from './sound/footing.ts';
import { Sound } from './sound/sound.ts';
import { guestName } from './ui/guest-name.ts';
import { type Notice, showNotice } from './ui/notice.ts';
import type { Persona } from './ui/persona-fields.ts';
import { askPersona } from './ui/start-card.ts';
import { Scene } from './view/scene.ts';

const NO_SOCKET: Notice = {
  title: 'Flatlands cannot connect here',
  sentences: [
    'This browser has no WebSocket, which the world comes through.',
    'It may be switched off, or the browser may be too old; another one may do.',
  ],
};
const NO_WEBGL: Notice = {
  title: 'Flatlands cannot draw here',
  sentences: [
    'This browser offers no WebGL, which the land is drawn with.',
    'It may be switched off in the settings, or the graphics driver may be missing; another browser may do.',
  ],
};
const NO_START: Notice = {
  title: 'Flatlands could not start',
  sentences: ['Something that it needs did not load, or did not work as it should. Trying again may help.'],
  button: { words: 'Reload', press: () => location.reload() },
};

const errors = collectErrors(window);
const parent = document.getElementById('game');
// For what looks after pages that get no further than this.
document.documentElement.dataset.started = '';
if (parent !== null) {
  start(parent).catch((error: unknown) => {
    console.error(error);
    showNotice(parent, hasWebGl() ? NO_START : NO_WEBGL);
  });
}

/** The browser's start: can it, who, and then the game. */
async function start(parent: HTMLElement): Promise<void> {
  if (typeof WebSocket === 'undefined') {
    showNotice(parent, NO_SOCKET);
    return;
  }
  // Begun first: after a reload it may wait for the page before.
  const claiming = claimPerson(window);
  const preferences = new PreferenceStore(attempt(() => localStorage));
  preferences.watch(({ motion }) => {
    document.documentElement.dataset.motion = motion;
  });
  const sound = new Sound(preferences, Math.random);
  const scene = await Scene.start((person, isOwn) => heard(person, isOwn));
  const address = readAddress(location.search);
  const memory = await claiming;
  const game = new Game({ scene, parent, address, memory, preferences, sound, url: socketUrl(location) });
  exposeProbe(window, game, scene, errors);

  /** A foot came down at a place in units. */
  function heard(person: { readonly x: number; readonly y: number }, isOwn: boolean): void {
    // Of a thousand people some thousand feet come down in a second.
    if (!sound.isOn) return;
    const { ground } = game.client ?? {};
    const own = game.client?.ownPosition();
    if (ground === undefined || own === undefined) return;
    const distance = isOwn ? 0 : Math.hypot(person.x - own.x, person.y - own.y) / UNITS_PER_TILE;
    const [tileX, tileY] = [Math.floor(person.x / UNITS_PER_TILE), Math.floor(person.y / UNITS_PER_TILE)];
    sound.play('step', distance, { footing: footingOf(ground, tileX, tileY) });
  }

  const look = address.look ?? memory.look ?? Math.floor(Math.random() * LOOKS);
  if (address.name !== undefined) {
    game.play({ name: address.name, look });
    return;
  }
  const suggested: Persona = { name: memory.name ?? guestName(Math.random), look };
  const asked = await askPersona(parent, suggested, memory.token !== null && memory.name !== undefined);
  game.play({ name: cutName(asked.name) || suggested.name, look: asked.look });
}

function hasWebGl(): boolean {
  const canvas = document.createElement('canvas');
  return canvas.getContext('webgl2') !== null || canvas.getContext('webgl') !== null;
}

function socketUrl({ protocol, host }: Location): string {
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/ws`;
}
