import { TICK_MS } from '../shared/constants.ts';
import type { Square } from '../shared/grid.ts';
import type { Board } from '../shared/protocol.ts';
import type { ChatEntry } from './core/chat-log.ts';
import type { Counters } from './core/client.ts';
import type { GemInSight } from './core/gem-field.ts';
import type { Game } from './game.ts';
import { DIRECTIONS } from './view/art/person-art.ts';
import type { OverlaySquare } from './view/overlay.ts';
import type { Scene } from './view/scene.ts';

/** A person as drawn. */
export interface ProbedPerson {
  readonly id: number;
  readonly name: string | undefined;
  /** Place of the feet in the window, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly visible: boolean;
  readonly isOwn: boolean;
  readonly look: number;
  readonly direction: (typeof DIRECTIONS)[number];
  /** Of the walk; 0 stands. */
  readonly frame: number;
}

/** What a test in a browser may see, as `window.flatlands`. It reads what is drawn, and changes nothing. */
export interface Probe {
  /** Joined, and the first frame is drawn. */
  readonly ready: boolean;
  /** The connection's phase, see ClientState. */
  readonly phase: string;
  /** In units, as predicted. */
  ownPosition(): { x: number; y: number; heading: number } | undefined;
  /** Everybody in the scene, oneself too, from Pixi's display objects. */
  scenePeople(): ProbedPerson[];
  /** Squares that one is subscribed to. */
  readonly subscribed: number;
  /** How far behind world time others are shown, in ms. */
  readonly playbackDelayMs: number | undefined;
  /** Frames drawn so far. */
  readonly drawnFrames: number;
  /** Where oneself was in the last frame that was drawn, in units. */
  readonly drawnOwn: { readonly x: number; readonly y: number } | undefined;
  /** CSS pixels to a pixel of the art. */
  readonly zoom: number;
  /** The screen that is told to the server, in tiles. */
  readonly screen: { readonly width: number; readonly height: number };
  /** Squares whose ground is drawn. */
  sceneSquares(): Square[];
  /** Squares that the overlay draws; none while it is hidden. */
  readonly overlay: readonly OverlaySquare[];
  readonly counters: Readonly<Counters> | undefined;
  /** The kind on a tile as known now, 0 for the terrain's own ground. */
  tileAt(tileX: number, tileY: number): number | undefined;
  /** Whether a tile may not be entered, by all that is known now. */
  isBlockedAt(tileX: number, tileY: number): boolean | undefined;
  /** Tiles asked for and not answered yet. */
  readonly pendingEdits: readonly { readonly tileX: number; readonly tileY: number; readonly kind: number }[];
  /** Gems that lie in sight. */
  gems(): GemInSight[];
  readonly chat: readonly ChatEntry[];
  readonly score: { readonly score: number; readonly rank: number };
  readonly board: Board | undefined;
  /** The tile of the nearest people, as told. */
  readonly company: readonly [tileX: number, tileY: number] | undefined;
  /** What the compass says, undefined while it says nothing. */
  readonly compass: string | undefined;
  /** Emotes shown now, by player. */
  readonly emotes: readonly { readonly player: number; readonly emote: number }[];
  /** Oneself, as the server has confirmed. */
  readonly persona: { readonly id: number | undefined; readonly name: string; readonly look: number } | undefined;
  readonly isBuilding: boolean;
  /** Everything that went wrong on this page. */
  readonly errors: readonly string[];
}

declare global {
  interface Window {
    readonly flatlands?: Probe;
  }
}

/** Notes errors from now on; the list grows to at most a hundred. */
export function collectErrors(scope: Window): readonly string[] {
  const errors: string[] = [];
  const note = (text: string): void => {
    if (errors.length < 100) errors.push(text);
  };
  scope.addEventListener('error', ({ message }) => note(message));
  scope.addEventListener('unhandledrejection', ({ reason }) => note(String(reason)));
  scope.document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    note(`${violatedDirective} forbids ${blockedURI}`),
  );
  return errors;
}

/** Puts the probe where tests find it. */
export function exposeProbe(scope: Window, game: Game, scene: Scene, errors: readonly string[]): void {
  const probe: Probe = {
    get ready() {
      return game.isReady;
    },
    get phase() {
      return game.client?.state.phase ?? 'idle';
    },
    ownPosition: () => game.client?.ownPosition(),
    scenePeople: () =>
      scene.people().map((person) => ({ ...person, direction: DIRECTIONS[person.direction] ?? 'south' })),
    get subscribed() {
      return game.client?.squares.size ?? 0;
    },
    get playbackDelayMs() {
      return game.client?.playbackDelayMs;
    },
    get drawnFrames() {
      return game.drawn.frames;
    },
    get drawnOwn() {
      const { own } = game.drawn;
      return own === undefined ? undefined : { x: own.x, y: own.y };
    },
    get zoom() {
      return scene.camera.zoom;
    },
    get screen() {
      return game.toldScreen;
    },
    sceneSquares: () => scene.squares(),
    get overlay() {
      return scene.overlaySquares();
    },
    get counters() {
      return game.client?.counters;
    },
    tileAt: (tileX, tileY) => game.client?.ground?.kindAt(tileX, tileY, tickNow(game)),
    isBlockedAt: (tileX, tileY) => game.client?.ground?.blocked(tileX, tileY, tickNow(game)),
    get pendingEdits() {
      return [...(game.client?.pendingEdits() ?? [])].map(({ tileX, tileY, kind }) => ({ tileX, tileY, kind }));
    },
    gems: () => [...(game.client?.gems() ?? [])],
    get chat() {
      return game.client?.chat.entries ?? [];
    },
    get score() {
      return game.client?.score ?? { score: 0, rank: 0 };
    },
    get board() {
      return game.client?.board;
    },
    get company() {
      return game.client?.company;
    },
    get compass() {
      return game.page.compass;
    },
    get emotes() {
      return [...game.page.talk.emotes(performance.now())].map(([player, emote]) => ({ player, emote }));
    },
    get persona() {
      const { client } = game;
      return client === undefined ? undefined : { id: client.own?.id, ...client.persona };
    },
    get isBuilding() {
      return game.page.building.isOn;
    },
    get errors() {
      return [...errors];
    },
  };
  Object.defineProperty(scope, 'flatlands', { value: Object.freeze(probe) });
}

const tickNow = (game: Game): number => Math.floor((game.client?.worldMs() ?? 0) / TICK_MS);
