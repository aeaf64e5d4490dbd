import { COMMAND_KEYS, type Command } from '../input/commands.ts';
import { element } from './element.ts';
import { type IconName, icon } from './icon.ts';
import { Popup } from './popup.ts';

export interface GameMenuActions {
  toggleMap(): void;
  toggleSquares(): void;
  toggleNetLab(): void;
  lookAround(): void;
  copyLink(): void;
  goHome(): void;
  openSettings(): void;
  openHelp(): void;
}

/** What is switched on. */
export interface Switches {
  readonly map: boolean;
  readonly squares: boolean;
  readonly netLab: boolean;
}

interface Entry {
  readonly label: string;
  readonly picture: IconName;
  readonly action: keyof GameMenuActions;
  /** The command whose key does the same. */
  readonly command?: Command;
  /** What it switches on and off. */
  readonly switches?: keyof Switches;
}

const ENTRIES: readonly Entry[] = [
  { label: 'Map', picture: 'map', action: 'toggleMap', command: 'map', switches: 'map' },
  { label: 'Squares', picture: 'grid', action: 'toggleSquares', command: 'squares', switches: 'squares' },
  { label: 'Net lab', picture: 'pulse', action: 'toggleNetLab', command: 'netLab', switches: 'netLab' },
  { label: 'Where am I?', picture: 'look', action: 'lookAround', command: 'look' },
  { label: 'Copy link to here', picture: 'link', action: 'copyLink' },
  { label: 'Go home', picture: 'home', action: 'goHome' },
  { label: 'Settings', picture: 'gear', action: 'openSettings', command: 'settings' },
  { label: 'Help', picture: 'help', action: 'openHelp', command: 'help' },
];

/** The button at the corner and the list that it opens: everything that is not wanted all the time. */
export class GameMenu {
  readonly node: HTMLElement;
  readonly #popup: Popup;
  readonly #switches = new Map<keyof Switches, HTMLElement>();

  constructor(actions: GameMenuActions) {
    const opener = element('button', 'hud-button menu-opener', [icon('menu'), element('span', 'hud-label', 'Menu')]);
    opener.type = 'button';
    opener.title = 'Menu';
    const list = element(
      'ul',
      'game-menu',
      ENTRIES.map((entry) => element('li', '', [this.#button(entry, actions)])),
    );
    list.ariaLabel = 'Menu';
    list.id = 'game-menu';
    opener.setAttribute('aria-controls', list.id);
    this.#popup = new Popup(list, opener);
    opener.addEventListener('click', () => {
      this.#popup.toggle();
      // The list has the focus now, or the game when it has closed; the space bar must not press on.
      if (document.activeElement === opener && !opener.matches(':focus-visible')) opener.blur();
    });
    this.node = element('div', 'menu-place', [opener, list]);
  }

  get isOpen(): boolean {
    return this.#popup.isOpen;
  }

  close(): void {
    this.#popup.close();
  }

  update(switches: Switches): void {
    for (const [name, button] of this.#switches) button.setAttribute('aria-pressed', String(switches[name]));
  }

  #button({ label, picture, action, command, switches }: Entry, actions: GameMenuActions): HTMLElement {
    const key = COMMAND_KEYS.find((each) => each.command === command)?.keys[0];
    const button = element('button', 'game-menu-button', [icon(picture), element('span', 'game-menu-label', label)]);
    button.type = 'button';
    if (key !== undefined) {
      const shown = element('kbd', 'hud-key', key);
      // Else it would be read as a part of the name.
      shown.setAttribute('aria-hidden', 'true');
      button.setAttribute('aria-keyshortcuts', key);
      button.append(shown);
    }
    if (switches !== undefined) this.#switches.set(switches, button);
    button.addEventListener('click', () => {
      this.close();
      actions[action]();
    });
    return button;
  }
}
