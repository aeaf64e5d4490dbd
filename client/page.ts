import { UNITS_PER_TILE } from '../shared/constants.ts';
import { Building } from './building.ts';
import type { Client } from './core/client.ts';
import type { Point } from './input/pointer.ts';
import type { Tile } from './input/tile-line.ts';
import { wayToNearest } from './nearest-people.ts';
import type { Memory } from './settings.ts';
import { Talk } from './talk.ts';
import { Banner } from './ui/banner.ts';
import { BoardPanel } from './ui/board-panel.ts';
import { Bubbles } from './ui/bubbles.ts';
import { Compass } from './ui/compass.ts';
import { GridMap } from './ui/grid-map.ts';
import { Hud } from './ui/hud.ts';
import { LinkCard } from './ui/link-card.ts';
import { NameTags } from './ui/name-tags.ts';
import { PersonaCard } from './ui/persona-card.ts';
import type { Persona } from './ui/persona-fields.ts';
import { SquareTags } from './ui/square-tags.ts';
import { Toasts } from './ui/toast.ts';
import type { PersonToDraw } from './view/person-view.ts';
import type { Scene } from './view/scene.ts';

export interface PageOptions {
  readonly scene: Scene;
  /** Where everything goes. */
  readonly parent: HTMLElement;
  readonly memory: Memory;
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
  readonly #map: GridMap;
  readonly #banner: Banner;
  readonly #toasts: Toasts;
  readonly #board: BoardPanel;
  readonly #card: PersonaCard;
  readonly #link: LinkCard;
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
    this.#compass = new Compass(parent);
    this.#hud = new Hud(parent, {
      toggleSquares: () => this.#toggleSquares(),
      toggleChat: () => this.talk.toggleChat(),
      toggleBuilding: () => this.building.toggle(),
      toggleEmotes: () => this.talk.toggleEmotes(),
      toggleBoard: () => this.#board.show(!this.#board.isShown),
      changePersona: () => this.#changePersona(),
      copyLink: () => this.#copyLink(),
      goHome: () => this.talk.command('/home'),
    });
    this.#map = new GridMap(parent);
    this.#toasts = new Toasts(parent);
    this.building = new Building(parent, { toasts: this.#toasts, client, tileUnder });
    this.talk = new Talk(parent, { memory, toasts: this.#toasts, bubbles, emotes: this.#hud.emotes, client });
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
    this.#hud.show(true);
  }

  /** A key that does not walk; returns whether it meant something. */
  pressed(code: string): boolean {
    if (this.#options.client() === undefined) return false;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
    if (digit !== undefined) return this.talk.choose(Number(digit)) || this.building.choose(Number(digit));
    switch (code) {
      case 'Enter':
      case 'NumpadEnter':
      case 'KeyT':
        this.talk.openChat();
        return true;
      case 'KeyB':
        this.building.toggle();
        return true;
      case 'KeyE':
        this.talk.toggleEmotes();
        return true;
      case 'KeyG':
        this.#toggleSquares();
        return true;
      case 'KeyL':
        this.#board.show(!this.#board.isShown);
        return true;
      case 'KeyZ':
        return this.building.undo();
      case 'Escape':
        return this.#escape();
      default:
        return false;
    }
  }

  /** A request has been granted. */
  done(n: number): void {
    this.#card.done(n);
    this.talk.answered(n);
  }

  /** A request has been refused, or something that was no request. */
  refused(n: number, sentence: string): void {
    if (!this.#card.refused(n, sentence) && !this.talk.refused(n)) this.#toasts.say(sentence);
  }

  disconnected(): void {
    this.#card.disconnected();
    this.talk.disconnected();
  }

  /** What is said in words; to be called a few times a second. */
  update(client: Client, own: PersonToDraw | undefined, people: readonly PersonToDraw[], nowMs: number): void {
    const { scene, memory } = this.#options;
    const { persona, score } = client;
    const isJoined = client.own !== undefined;
    if (isJoined) {
      this.#joinedAt = nowMs;
      this.#pingMs = client.pingMs ?? this.#pingMs;
      if (persona.name !== this.#persona?.name || persona.look !== this.#persona.look) {
        this.#persona = persona;
        memory.name = persona.name;
        memory.look = persona.look;
      }
    } else if (nowMs - this.#joinedAt > BREAK_MS) this.#pingMs = undefined;
    this.#hud.update({
      position: own,
      playerCount: client.playerCount,
      pingMs: this.#pingMs,
      squaresShown: scene.isOverlayShown,
      isBuilding: this.building.isOn,
      persona,
      score: score.score,
      isJoined,
    });
    this.#banner.update(client.state, nowMs);
    this.#board.update(client.board, { id: client.own?.id ?? 0, name: persona.name });
    if (own === undefined) return;
    const { screenTiles } = scene.camera;
    this.#compass.update(wayToNearest(own, people, screenTiles, client.company));
    this.#map.draw(own, screenTiles, client.squares, people, devicePixelRatio || 1);
  }

  /** Puts what belongs to people and squares where they have been drawn; to be called every frame. */
  drawn(nowMs: number, density: number): void {
    const { scene } = this.#options;
    this.#names.update(scene.names(), nowMs, density);
    this.#squareTags.update(scene.overlaySquares(), density);
    this.talk.drawn(scene.heads(), nowMs, density);
  }

  #escape(): boolean {
    if (this.talk.isPicking) this.talk.closeEmotes();
    else if (this.#board.isShown) this.#board.show(false);
    else if (this.building.isOn) this.building.toggle(false);
    else return false;
    return true;
  }

  #toggleSquares(): void {
    const shown = !this.#options.scene.isOverlayShown;
    this.#options.scene.showOverlay(shown);
    this.#map.show(shown);
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

/** The page's address that leads to a tile, without what else it asked for. */
const linkTo = ({ origin, pathname }: Location, tileX: number, tileY: number): string =>
  `${origin}${pathname}?at=${tileX},${tileY}`;

/** The page's address without `at`. */
export function withoutPlace(href: string): string {
  const address = new URL(href);
  address.searchParams.delete('at');
  return address.href;
}
