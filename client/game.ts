import { STANDING } from '../shared/motion.ts';
import { Backdrop } from './backdrop.ts';
import { Client } from './core/client.ts';
import { listenToKeyboard } from './input/keyboard.ts';
import { listenToPointer, type PointerInput } from './input/pointer.ts';
import { Walker } from './input/walker.ts';
import type { Address, Memory } from './settings.ts';
import { Banner } from './ui/banner.ts';
import { GridMap } from './ui/grid-map.ts';
import { Hud } from './ui/hud.ts';
import { NameTags } from './ui/name-tags.ts';
import { SquareTags } from './ui/square-tags.ts';
import type { Persona } from './ui/start-card.ts';
import type { PersonToDraw } from './view/person-view.ts';
import type { Picture, Scene } from './view/scene.ts';

/** While the page is hidden there are no animation frames; the connection is kept up this often, in ms. */
const HIDDEN_MS = 250;
/** The texts around the scene are brought up to date this often, in ms. */
const WORDS_MS = 200;

export interface GameOptions {
  readonly scene: Scene;
  /** Where canvas, HUD and banner go. */
  readonly parent: HTMLElement;
  readonly address: Address;
  readonly memory: Memory;
  readonly url: string;
}

/** Ties client, scene, input and HUD together: one animation frame after the other. */
export class Game {
  readonly #options: GameOptions;
  readonly #scene: Scene;
  readonly #walker = new Walker();
  readonly #pointer: PointerInput;
  readonly #keyboard: { release(): void; stop(): void };
  readonly #names: NameTags;
  readonly #squareTags: SquareTags;
  readonly #hud: Hud;
  readonly #banner: Banner;
  readonly #map: GridMap;
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #backdrop = new Backdrop();
  readonly #stops: (() => void)[] = [];
  #client: Client | undefined;
  #persona: Persona | undefined;
  /** What was drawn last of oneself and others: it stands still while the connection is lost. */
  #own: PersonToDraw | undefined;
  #people: readonly PersonToDraw[] = [];
  #wordsAt = Number.NEGATIVE_INFINITY;
  #isReady = false;

  constructor(options: GameOptions) {
    const { scene, parent } = options;
    this.#options = options;
    this.#scene = scene;
    parent.prepend(scene.canvas);
    scene.canvas.classList.add('scene');
    this.#pointer = listenToPointer(scene.canvas, { pressed: (point) => this.#pressed(point) });
    this.#keyboard = listenToKeyboard(window, {
      steered: (heading) => {
        this.#walker.steer(heading);
        this.#walk(performance.now());
      },
      toggledSquares: () => this.#toggleSquares(),
    });
    this.#names = new NameTags(parent);
    this.#squareTags = new SquareTags(parent);
    this.#hud = new Hud(parent, () => this.#toggleSquares());
    this.#map = new GridMap(parent);
    this.#banner = new Banner(parent, {
      reconnect: () => this.#client?.connect(),
      reload: () => location.reload(),
      startElsewhere: () => location.assign(withoutPlace(location.href)),
    });
    this.#stops.push(() => this.#pointer.stop(), this.#keyboard.stop, this.#listenToWindow(), this.#loop());
  }

  /** Whether one is in the world and has seen it. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get client(): Client | undefined {
    return this.#client;
  }

  /** Joins the world. */
  play(persona: Persona): void {
    const { address, memory, url } = this.#options;
    const client = new Client({
      url,
      ...persona,
      screen: this.#scene.camera.screenTiles,
      at: address.at ?? null,
      token: memory.token,
      monotonic: () => performance.now(),
      random: Math.random,
      openSocket: (to, protocol) => new WebSocket(to, protocol),
      observer: {
        joined: ({ token }) => {
          memory.token = token;
        },
      },
    });
    this.#persona = persona;
    this.#client = client;
    this.#hud.show(true);
    client.connect();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#client?.close();
  }

  #listenToWindow(): () => void {
    const refit = (): void => this.#fit();
    const visibility = (): void => {
      if (document.hidden) this.#rest();
      else this.#client?.refresh();
    };
    const blur = (): void => this.#rest();
    const watch = new ResizeObserver(refit);
    watch.observe(this.#options.parent);
    window.addEventListener('resize', refit);
    window.addEventListener('blur', blur);
    document.addEventListener('visibilitychange', visibility);
    refit();
    return () => {
      watch.disconnect();
      window.removeEventListener('resize', refit);
      window.removeEventListener('blur', blur);
      document.removeEventListener('visibilitychange', visibility);
    };
  }

  #loop(): () => void {
    let frame = 0;
    const next = (nowMs: number): void => {
      frame = requestAnimationFrame(next);
      this.#frame(nowMs);
    };
    frame = requestAnimationFrame(next);
    const hidden = setInterval(() => {
      if (document.hidden) this.#update(performance.now());
    }, HIDDEN_MS);
    return () => {
      cancelAnimationFrame(frame);
      clearInterval(hidden);
    };
  }

  /** Looks away: whoever is not here does not walk on. */
  #rest(): void {
    this.#keyboard.release();
    this.#pointer.release();
    this.#walker.stop();
    this.#client?.walk(STANDING);
  }

  #fit(): void {
    const { parent, address } = this.#options;
    this.#scene.fit(parent.clientWidth, parent.clientHeight, densityOf(window), address.zoom);
    const { width, height } = this.#scene.camera.screenTiles;
    this.#client?.setScreen(width, height);
  }

  #frame(nowMs: number): void {
    this.#update(nowMs);
    const picture = this.#picture(nowMs);
    if (picture === undefined) return;
    this.#scene.draw(picture, nowMs, this.#reducedMotion.matches);
    const density = densityOf(window);
    this.#names.update(this.#scene.names(), nowMs, density);
    this.#squareTags.update(this.#scene.overlaySquares(), density);
    if (picture.own !== undefined && this.#client?.own !== undefined && this.#scene.isComplete) this.#isReady = true;
  }

  /** Everything that goes on whether or not it is drawn. */
  #update(nowMs: number): void {
    const client = this.#client;
    if (client === undefined) return;
    client.update();
    const own = client.own === undefined ? undefined : client.ownPosition();
    if (own !== undefined) {
      this.#follow(own, nowMs);
      this.#walk(nowMs);
    } else this.#walker.forget();
    if (nowMs - this.#wordsAt < WORDS_MS) return;
    this.#wordsAt = nowMs;
    this.#updateWords(client);
  }

  #updateWords(client: Client): void {
    this.#hud.update({
      position: this.#own,
      playerCount: client.playerCount,
      pingMs: client.own === undefined ? undefined : client.pingMs,
      squaresShown: this.#scene.isOverlayShown,
    });
    this.#banner.update(client.state, performance.now());
    const { camera } = this.#scene;
    if (this.#own !== undefined) {
      this.#map.draw(this.#own, camera.screenTiles, client.squares, this.#people, densityOf(window));
    }
  }

  /** What there is to see, undefined for nothing new. */
  #picture(nowMs: number): Picture | undefined {
    const client = this.#client;
    if (client === undefined) return this.#backdrop.at(nowMs, this.#reducedMotion.matches);
    const terrain = client.terrain;
    if (terrain === undefined) return undefined;
    const identity = client.own;
    const place = identity === undefined ? undefined : client.ownPosition();
    if (identity !== undefined && place !== undefined) {
      const { name, look } = this.#persona as Persona;
      this.#own = { ...place, id: identity.id, name, look };
      this.#people = [...client.people()];
    }
    const own = this.#own;
    if (own === undefined) return undefined;
    return {
      terrain,
      focus: own,
      own,
      people: this.#people,
      target: this.#walker.target,
      interest: client.squares,
    };
  }

  #pressed({ x, y }: { x: number; y: number }): void {
    if (this.#client?.own === undefined) return;
    const nowMs = performance.now();
    this.#walker.walkTo(this.#under(x, y), nowMs);
    this.#walk(nowMs);
  }

  /** Walks as the walker says: at once, for a key may be down for less than a slow machine's frame. */
  #walk(nowMs: number): void {
    const client = this.#client;
    const own = client?.own === undefined ? undefined : client.ownPosition();
    if (own !== undefined) client?.walk(this.#walker.headingAt(own, nowMs));
  }

  /** While the pointer is held the target stays under it, although the land moves. */
  #follow(own: { x: number; y: number }, nowMs: number): void {
    const held = this.#pointer.held;
    if (held !== undefined) this.#walker.drag(this.#under(held.x, held.y), own, nowMs);
  }

  /** The place in units under a point of the window in CSS pixels. */
  #under(x: number, y: number): { x: number; y: number } {
    const { camera } = this.#scene;
    return { x: camera.worldX(x * camera.density), y: camera.worldY(y * camera.density) };
  }

  #toggleSquares(): void {
    if (this.#client === undefined) return;
    const shown = !this.#scene.isOverlayShown;
    this.#scene.showOverlay(shown);
    this.#map.show(shown);
    this.#wordsAt = Number.NEGATIVE_INFINITY;
  }
}

/** Device pixels to a CSS pixel. */
const densityOf = ({ devicePixelRatio }: Window): number => devicePixelRatio || 1;

/** The page's address without `at`. */
function withoutPlace(href: string): string {
  const address = new URL(href);
  address.searchParams.delete('at');
  return address.href;
}
