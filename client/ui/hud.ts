import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { players, signed } from '../figures.ts';
import { drawPerson } from '../view/art/person-art.ts';
import { Pixels } from '../view/art/pixels.ts';
import { element, setText } from './element.ts';
import { GameMenu, type GameMenuActions, type Switches } from './game-menu.ts';
import { type IconName, icon } from './icon.ts';
import type { Persona } from './persona-fields.ts';
import { pixelPicture } from './pixel-picture.ts';
import { ScoreChip } from './score-chip.ts';

/** What the HUD shows. */
export interface Status {
  /** In units. */
  readonly position: { readonly x: number; readonly y: number } | undefined;
  readonly playerCount: number;
  readonly pingMs: number | undefined;
  /** What is switched on. */
  readonly switches: Switches;
  readonly isBuilding: boolean;
  readonly isChatOpen: boolean;
  readonly isBoardShown: boolean;
  readonly persona: Persona;
  readonly score: number;
  /** Whether one is in the world, so that what is said of oneself is so. */
  readonly isJoined: boolean;
}

/** What the HUD's buttons do. */
export interface HudActions extends GameMenuActions {
  toggleChat(): void;
  toggleBuilding(): void;
  toggleEmotes(): void;
  toggleBoard(): void;
  changePersona(): void;
}

/** How far somebody must have walked before the hint goes, in units. */
const HINT_UNITS = 3 * UNITS_PER_TILE;
const GOOD_PING_MS = 90;
const FAIR_PING_MS = 200;
const SOUTH = 2;
/** The pixels of a person's picture that show the head. */
const HEAD = { x: 2, y: 1, width: 14, height: 14 } as const;

/** Figures, chips and buttons around the window's edge, and a hint for those who have not walked yet. */
export class Hud {
  /** What opens the picker of emotes. */
  readonly emotes: HTMLElement;
  readonly #nodes: readonly HTMLElement[];
  readonly #place = element('span', 'hud-value');
  readonly #players = element('span', 'hud-value');
  readonly #ping = element('span', 'hud-value');
  readonly #pingDot = element('span', 'hud-dot');
  readonly #menu: GameMenu;
  readonly #chat: HTMLElement;
  readonly #building: HTMLElement;
  readonly #score: ScoreChip;
  readonly #persona = element('button', 'chip persona-chip');
  readonly #face = element('span', 'persona-face');
  readonly #name = element('bdi', 'persona-name');
  readonly #hint = element('p', 'hint');
  #look: number | undefined;
  #startedAt: { readonly x: number; readonly y: number } | undefined;

  constructor(parent: HTMLElement, actions: HudActions) {
    const item = (name: string, ...content: Node[]): HTMLElement => element('div', `hud-item hud-${name}`, content);
    const figures = element('div', 'hud', [
      item('place', element('span', 'hud-name', 'Tile '), this.#place),
      item('players', this.#players),
      item('ping', this.#pingDot, this.#ping),
    ]);
    figures.setAttribute('role', 'group');
    figures.ariaLabel = 'Where you are, and your connection';
    this.#score = new ScoreChip(pressing(actions.toggleBoard));
    this.#persona.type = 'button';
    this.#persona.title = 'Change your name and look';
    this.#persona.append(this.#face, this.#name);
    this.#persona.addEventListener('click', pressing(actions.changePersona));
    const about = element('section', 'hud-about', [this.#persona, this.#score.node, figures]);
    about.ariaLabel = 'You';

    this.#menu = new GameMenu(actions);
    const link = iconButton('link', 'Copy a link to where you stand', actions.copyLink);
    const home = iconButton('home', 'Go to your own place', actions.goHome);
    const ways = element('nav', 'hud-ways', [home, link, this.#menu.node]);
    ways.ariaLabel = 'Ways and menu';

    this.#chat = hudButton('Chat', 'T', 'chat', actions.toggleChat);
    // The field keeps the focus, and with it the say whether it is open.
    this.#chat.addEventListener('mousedown', (event) => event.preventDefault());
    this.#building = hudButton('Build', 'B', 'build', actions.toggleBuilding);
    const emotes = hudButton('Emotes', 'E', 'emote', actions.toggleEmotes);
    this.emotes = emotes;
    const doing = element('section', 'hud-doing', [this.#chat, this.#building, emotes]);
    doing.ariaLabel = 'What you can do';

    const touch = matchMedia('(hover: none)').matches;
    setText(this.#hint, touch ? 'Tap or hold to walk there' : 'Arrow keys, WASD or a click to walk');
    this.#nodes = [element('h1', 'unseen', 'Flatlands'), about, ways, doing, this.#hint];
    parent.append(...this.#nodes);
    this.show(false);
  }

  get isMenuOpen(): boolean {
    return this.#menu.isOpen;
  }

  closeMenu(): void {
    this.#menu.close();
  }

  show(shown: boolean): void {
    for (const node of this.#nodes) node.hidden = !shown;
  }

  update(status: Status): void {
    const { position, playerCount, pingMs, persona } = status;
    setText(this.#place, position === undefined ? '–' : `${tile(position.x)}, ${tile(position.y)}`);
    setText(this.#players, players(playerCount));
    setText(this.#ping, pingMs === undefined ? '– ms' : `${Math.round(pingMs)} ms`);
    const quality =
      pingMs === undefined ? 'none' : pingMs < GOOD_PING_MS ? 'good' : pingMs < FAIR_PING_MS ? 'fair' : 'poor';
    this.#pingDot.dataset.quality = quality;
    this.#menu.update(status.switches);
    this.#chat.setAttribute('aria-expanded', String(status.isChatOpen));
    this.#building.setAttribute('aria-pressed', String(status.isBuilding));
    this.#score.update(status.score, status.isJoined, status.isBoardShown);
    this.#show(persona);
    if (position === undefined) return;
    this.#startedAt ??= position;
    const way = Math.hypot(position.x - this.#startedAt.x, position.y - this.#startedAt.y);
    if (way > HINT_UNITS) this.#hint.classList.add('is-gone');
  }

  #show({ name, look }: Persona): void {
    setText(this.#name, name);
    this.#persona.ariaLabel = `You are ${name}: change your name and look`;
    if (look === this.#look) return;
    this.#look = look;
    const { x, y, width, height } = HEAD;
    const face = new Pixels(width, height);
    face.blit(drawPerson(look, SOUTH, 0), -x, -y);
    this.#face.replaceChildren(pixelPicture(face, 'chip-picture'));
  }
}

/** A button with a picture, a word and the key that does the same. */
function hudButton(label: string, key: string, picture: IconName, action: () => void): HTMLButtonElement {
  const shown = element('kbd', 'hud-key', key);
  // Else it would be read as a part of the name.
  shown.setAttribute('aria-hidden', 'true');
  const button = element('button', 'hud-button', [icon(picture), element('span', 'hud-label', label), shown]);
  button.type = 'button';
  button.title = `${label} (${key})`;
  button.setAttribute('aria-keyshortcuts', key);
  button.addEventListener('click', pressing(action));
  return button;
}

function iconButton(name: IconName, label: string, action: () => void): HTMLButtonElement {
  const button = element('button', 'hud-button hud-icon-button', [icon(name)]);
  button.type = 'button';
  button.ariaLabel = label;
  button.title = label;
  button.addEventListener('click', pressing(action));
  return button;
}

/**
 * What a press does. After the mouse the focus goes back to the game, or the space bar and Enter would go on pressing;
 * whoever goes by the keyboard stays where they are.
 */
const pressing =
  (action: () => void): (() => void) =>
  () => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLButtonElement && !activeElement.matches(':focus-visible')) activeElement.blur();
    action();
  };

const tile = (units: number): string => signed(Math.floor(units / UNITS_PER_TILE));
