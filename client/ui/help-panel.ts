import { COMMAND_KEYS } from '../input/commands.ts';
import { GAMEPAD_HELP } from '../input/gamepad.ts';
import { TOUCH_HELP, WALK_HELP } from '../input/gestures.ts';
import { COMMANDS } from './chat-words.ts';
import { type Dialog, sheet } from './dialog.ts';
import { element } from './element.ts';
import { icon } from './icon.ts';

/** Something one can do, and how. */
export interface HelpRow {
  /** Any of these: keys, gestures, buttons or words. */
  readonly keys: readonly string[];
  readonly does: string;
}

export interface HelpSection {
  readonly title: string;
  readonly rows: readonly HelpRow[];
}

/** What the game is. */
const ABOUT = [
  'Flatlands is one world without edges, and everybody walks in the same one.',
  'Walk over gems to claim them, and build with tiles within your reach: what you build stays for everybody.',
  'The land is divided into squares, and you hear of those alone that your screen touches: that is how the world can be endless.',
] as const;

const DIGITS: readonly HelpRow[] = [{ keys: ['1 – 9'], does: 'Choose what to build with, or an emote' }];

const POINTING: readonly HelpRow[] = TOUCH_HELP.map(({ gesture, does }) => ({ keys: [gesture], does }));

const GAMEPAD: readonly HelpRow[] = GAMEPAD_HELP.map(({ button, does }) => ({ keys: [button], does }));

const CHAT: readonly HelpRow[] = [
  ...COMMANDS.map(({ word, rest, meaning }) => ({
    keys: [rest === '' ? word : `${word} ${rest}`],
    does: `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}`,
  })),
  { keys: ['↑', '↓'], does: 'What you have said before' },
  { keys: ['A name'], does: 'Whisper to somebody, or mute them' },
];

/**
 * All that can be done.
 * @param isTouched whether the screen is touched rather than pointed at: then that comes first
 */
export function helpSections(isTouched: boolean): readonly HelpSection[] {
  const keys = { title: 'Keys', rows: [...WALK_HELP, ...COMMAND_KEYS, ...DIGITS] };
  const pointing = { title: 'Touch and mouse', rows: POINTING };
  const chat = { title: 'In the chat', rows: CHAT };
  const gamepad = { title: 'Gamepad', rows: GAMEPAD };
  return isTouched ? [pointing, chat, keys, gamepad] : [keys, pointing, chat, gamepad];
}

export interface HelpPanelActions {
  openSettings(): void;
}

/** The dialog that lists every key, gesture and command. */
export class HelpPanel {
  readonly #dialog: Dialog;

  constructor(parent: HTMLElement, { openSettings }: HelpPanelActions) {
    const isTouched = matchMedia('(hover: none)').matches;
    const codes = COMMAND_KEYS.find(({ command }) => command === 'help')?.codes ?? [];
    const settings = element('button', 'button sheet-button', 'Settings');
    settings.type = 'button';
    settings.addEventListener('click', () => {
      this.close();
      openSettings();
    });
    const body = [
      element('p', 'help-about', ABOUT.join(' ')),
      ...helpSections(isTouched).map(({ title, rows }) =>
        element('section', 'sheet-section', [element('h3', 'sheet-title', title), list(rows)]),
      ),
    ];
    this.#dialog = sheet(parent, { id: 'help', title: 'How to play', codes, body, foot: [settings] });
  }

  get isOpen(): boolean {
    return this.#dialog.isOpen;
  }

  open(): void {
    this.#dialog.open();
  }

  close(): void {
    this.#dialog.close();
  }
}

const list = (rows: readonly HelpRow[]): HTMLElement =>
  element(
    'dl',
    'help-rows',
    rows.map(({ keys, does }) =>
      element('div', 'help-row', [
        element(
          'dt',
          'help-keys',
          keys.map((key) => element('kbd', 'help-key', keyContent(key))),
        ),
        element('dd', 'help-does', does),
      ]),
    ),
  );

/** Which way the arrow keys point: as pictures, for not every typeface has the arrows. */
const ARROWS: Readonly<Record<string, string>> = { '↑': 'up', '→': 'right', '↓': 'down', '←': 'left' };

function keyContent(key: string): string | readonly Node[] {
  const way = ARROWS[key];
  if (way === undefined) return key;
  const picture = icon('arrow');
  picture.classList.add(`is-${way}`);
  return [picture, element('span', 'unseen', way)];
}
