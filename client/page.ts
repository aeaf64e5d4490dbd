import { TICK_MS, UNITS_PER_TILE } from '../shared/constants.ts';
import { Building } from './building.ts';
import type { Client } from './core/client.ts';
import { type Command, commandOf } from './input/commands.ts';
import type { Point } from './input/pointer.ts';
import type { Tile } from './input/tile-line.ts';
import type { Memory } from './memory.ts';
import { wayToNearest } from './nearest-people.ts';
import type { NetLab } from './net-lab.ts';
import { OwnNews } from './own-news.ts';
import type { PreferenceStore, Preferences } from './preferences.ts';
import type { Sound } from './sound/sound.ts';
import { describeSurroundings } from './surroundings.ts';
import { Talk } from './talk.ts';
import { Banner } from './ui/banner.ts';
import { BoardPanel } from './ui/board-panel.ts';
import { Bubbles } from './ui/bubbles.ts';
import { Compass } from './ui/compass.ts';
import { HelpPanel } from './ui/help-panel.ts';
import { Hud } from './ui/hud.ts';
import { LinkCard } from './ui/link-card.ts';
import { Minimap } from './ui/minimap.ts';
import { NameTags } from './ui/name-tags.ts';
import { PersonaCard } from './ui/persona-card.ts';
import type { Persona } from './ui/persona-fields.ts';
import { SettingsPanel } from './ui/settings-panel.ts';
import { SquareTags } from './ui/square-tags.ts';
import { Toasts } from './ui/toast.ts';
import { timeOfDayAt } from './view/daylight.ts';
import type { PersonToDraw } from './view/person-view.ts';
import type { Scene } from './view/scene.ts';

export interface PageOptions {
  readonly scene: Scene;
  /** Where everything goes. */
  readonly parent: HTMLElement;
  readonly memory: Memory;
  readonly preferences: PreferenceStore;
  readonly sound: Sound;
  readonly netLab: NetLab;
  /** Zooms by so many steps; 0 goes back to what suits the window. */
  readonly zoom: (steps: number) => void;
  readonly client: () => Client | undefined;
  readonly tileUnder: (point: Point) => Tile;
}

/** A short break is none that the figures need show, in ms. */
const BREAK_MS = 1800;

/** Everything around the scene, and the keys that belong to it. */
export class Page {
  readonly talk: Talk;
  readonly building: Building;
  readonly #options: PageOptions;
  readonly #names: NameTags;
  readonly #squareTags: SquareTags;
  readonly #compass: Compass;
  readonly #hud: Hud;
  readonly #map: Minimap;
  readonly #settings: SettingsPanel;
  readonly #help: HelpPanel;
  readonly #banner: Banner;
  readonly #toasts: Toasts;
  readonly #board: BoardPanel;
  readonly #card: PersonaCard;
  readonly #link: LinkCard;
  readonly #news = new OwnNews();
  /** What the keys do; false where there was nothing to do. */
  readonly #commands: Readonly<Record<Command, () => unknown>> = {
    chat: () => this.talk.openChat(),
    build: () => this.building.toggle(),
    undo: () => this.building.undo(),
    emotes: () => this.talk.toggleEmotes(),
    board: () => this.#toggleBoard(),
    map: () => this.#toggleMap(),
    squares: () => this.#toggleSquares(),
    netLab: () => this.#options.netLab.toggle(),
    look: () => this.#lookAround(),
    zoomIn: () => this.#options.zoom(1),
    zoomOut: () => this.#options.zoom(-1),
    zoomReset: () => this.#options.zoom(0),
    settings: () => this.#settings.open(),
    help: () => this.#help.open(),
    escape: () => this.#escape(),
  };
  /** What is remembered of oneself. */
  #persona: Persona | undefined;
  #pingMs: number | undefined;
  #joinedAt = Number.NEGATIVE_INFINITY;

  constructor(options: PageOptions) {
    const { parent, client, memory, tileUnder } = options;
    this.#options = options;
    this.#names = new NameTags(parent);
    this.#squareTags = new SquareTags(parent);
    const bubbles = new Bubbles(parent);
    parent.setAttribute('role', 'main');
    this.#hud = new Hud(parent, {
      toggleSquares: () => this.#toggleSquares(),
      toggleMap: () => this.#toggleMap(),
      toggleNetLab: () => options.netLab.toggle(),
      openSettings: () => this.#settings.open(),
      openHelp: () => this.#help.open(),
      toggleChat: () => this.talk.toggleChat(),
      toggleBuilding: () => this.building.toggle(),
      toggleEmotes: () => this.talk.toggleEmotes(),
      toggleBoard: () => this.#toggleBoard(),
      lookAround: () => this.#lookAround(),
      changePersona: () => this.#changePersona(),
      copyLink: () => this.#copyLink(),
      goHome: () => this.talk.command('/home'),
    });
    this.#map = new Minimap(parent);
    // Over the map, in whose corner it may be.
    this.#compass = new Compass(parent);
    this.#settings = new SettingsPanel(parent, options.preferences, options.sound);
    this.#help = new HelpPanel(parent, { openSettings: () => this.#settings.open() });
    this.#toasts = new Toasts(parent);
    this.building = new Building(parent, { toasts: this.#toasts, sound: options.sound, client, tileUnder });
    this.talk = new Talk(parent, {
      memory,
      toasts: this.#toasts,
      sound: options.sound,
      bubbles,
      emotes: this.#hud.emotes,
      client,
    });
    this.#board = new BoardPanel(parent, { shown: (isShown) => client()?.watchBoard(isShown) });
    this.#link = new LinkCard(parent);
    this.#card = new PersonaCard(parent, { change: (persona) => client()?.setPersona(persona) });
    this.#banner = new Banner(parent, {
      reconnect: () => client()?.connect(),
      reload: () => location.reload(),
      startElsewhere: () => location.assign(withoutPlace(location.href)),
    });
  }

  /** What the compass says. */
  get compass(): string | undefined {
    return this.#compass.text;
  }

  /** The game begins. */
  begin(): void {
    nameScene(this.#options.scene.canvas);
    this.#hud.show(true);
  }

  /** A key that does not walk; returns whether it meant something. */
  pressed(code: string): boolean {
    if (this.#options.client() === undefined) return false;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
    if (digit !== undefined) return this.talk.choose(Number(digit)) || this.building.choose(Number(digit));
    const command = commandOf(code);
    // What a key opens is not to lie behind the menu.
    if (command !== undefined && command !== 'escape') this.#hud.closeMenu();
    return command !== undefined && this.#commands[command]() !== false;
  }

  /** A request has been granted. */
  done(n: number): void {
    this.#card.done(n);
    this.talk.answered(n);
  }

  /** A request has been refused, or something that was no request. */
  refused(n: number, sentence: string): void {
    this.#options.sound.play('refused');
    if (!this.#card.refused(n, sentence) && !this.talk.refused(n)) this.#toasts.say(sentence);
  }

  /** Those who run the world have said something to everybody. */
  announced(text: string): void {
    this.#toasts.announce(text);
  }

  /** Shows a short sentence for a while. */
  say(sentence: string): void {
    this.#toasts.say(sentence);
  }

  disconnected(): void {
    this.#card.disconnected();
    this.talk.disconnected();
  }

  /** Who one is, for the next visit. */
  remember(persona: Persona): void {
    if (persona.name === this.#persona?.name && persona.look === this.#persona.look) return;
    this.#persona = persona;
    this.#options.memory.name = persona.name;
    this.#options.memory.look = persona.look;
  }

  /** What is said in words; to be called a few times a second. */
  update(client: Client, own: PersonToDraw | undefined, people: readonly PersonToDraw[], nowMs: number): void {
    const { scene, preferences } = this.#options;
    const { persona, score } = client;
    const isJoined = client.own !== undefined;
    if (isJoined) {
      this.#joinedAt = nowMs;
      this.#pingMs = client.pingMs ?? this.#pingMs;
      this.remember(persona);
    } else if (nowMs - this.#joinedAt > BREAK_MS) this.#pingMs = undefined;
    this.#hud.update({
      position: own,
      playerCount: client.playerCount,
      pingMs: this.#pingMs,
      switches: { map: this.#map.isShown, squares: scene.isOverlayShown, netLab: this.#options.netLab.isOpen },
      isBuilding: this.building.isOn,
      isChatOpen: this.talk.isChatOpen,
      isBoardShown: this.#board.isShown,
      persona,
      score: score.score,
      isJoined,
    });
    const news = this.#news.update({ isJoined, name: persona.name, score: score.score });
    if (news !== undefined) this.#toasts.tell(news);
    this.#banner.update(scene.isLost && isJoined ? { phase: 'blind' } : client.state, nowMs);
    this.#board.update(client.board, { id: client.own?.id ?? 0, name: persona.name });
    if (own === undefined) return;
    this.#map.show(isMapShown(preferences.current));
    const { screenTiles } = scene.camera;
    this.#compass.update(wayToNearest(own, people, screenTiles, client.company));
    if (!this.#map.isShown) return;
    const around = { own, people, gems: [...client.gems()], company: client.company };
    const view = { ...around, screen: screenTiles, interest: client.squares, ground: client.ground };
    this.#map.draw(view, devicePixelRatio || 1, nowMs);
  }

  /** Puts what belongs to people and squares where they have been drawn; to be called every frame. */
  drawn(nowMs: number, density: number): void {
    const { scene } = this.#options;
    const isNamed = this.#options.preferences.current.names === 'everybody';
    this.#names.update(isNamed ? scene.names() : [], nowMs, density);
    this.#squareTags.update(scene.overlaySquares(), density);
    this.talk.drawn(scene.heads(), nowMs, density);
  }

  #escape(): boolean {
    if (this.#hud.isMenuOpen) this.#hud.closeMenu();
    else if (this.talk.isPicking) this.talk.closeEmotes();
    else if (this.#link.isOpen) this.#link.close();
    else if (this.talk.isChatOpen) this.talk.closeChat();
    else if (this.#board.isShown) this.#board.show(false);
    else if (this.#options.netLab.isOpen) this.#options.netLab.toggle(false);
    else if (this.building.isOn) this.building.toggle(false);
    else return false;
    return true;
  }

  #toggleBoard(): void {
    this.#board.show(!this.#board.isShown);
  }

  /** Says what is around, to read and to hear. */
  #lookAround(): void {
    const client = this.#options.client();
    const own = client?.ownPosition();
    if (client === undefined || own === undefined) return;
    this.#toasts.say(
      describeSurroundings({ own, people: client.people(), gems: client.gems(), company: client.company }) +
        ` It is ${timeOfDayAt(client.worldMs() / TICK_MS)}.`,
    );
  }

  #toggleSquares(): void {
    const { scene } = this.#options;
    scene.showOverlay(!scene.isOverlayShown);
  }

  #toggleMap(): void {
    const { preferences } = this.#options;
    preferences.change({ map: this.#map.isShown ? 'hidden' : 'shown' });
  }

  #changePersona(): void {
    const client = this.#options.client();
    if (client !== undefined) this.#card.open(client.persona);
  }

  #copyLink(): void {
    const own = this.#options.client()?.ownPosition();
    if (own === undefined) return;
    const link = linkTo(location, Math.floor(own.x / UNITS_PER_TILE), Math.floor(own.y / UNITS_PER_TILE));
    // Pages that came over plain http from another machine may not touch the clipboard.
    const copying = navigator.clipboard?.writeText(link) ?? Promise.reject();
    copying.then(
      () => this.#toasts.say('Link copied'),
      () => this.#link.show(link),
    );
  }
}

/**
 * Says what the canvas is. It can have the focus and takes the keys itself, so that a screen reader passes them on
 * instead of keeping them for its own.
 */
function nameScene(canvas: HTMLCanvasElement): void {
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  canvas.ariaLabel =
    'The world, seen from above. The arrow keys or W, A, S and D walk, I tells what is around you, H is for help.';
}

/** A map that nobody has asked for is shown in windows with room for it, in CSS pixels. */
const MAP_ROOM = { width: 900, height: 560 } as const;

const isMapShown = ({ map }: Preferences): boolean =>
  map === 'shown' || (map === 'auto' && innerWidth >= MAP_ROOM.width && innerHeight >= MAP_ROOM.height);

/** The page's address that leads to a tile, without what else it asked for. */
const linkTo = ({ origin, pathname }: Location, tileX: number, tileY: number): string =>
  `${origin}${pathname}?at=${tileX},${tileY}`;

/** The page's address without `at`. */
export function withoutPlace(href: string): string {
  const address = new URL(href);
  address.searchParams.delete('at');
  return address.href;
}
