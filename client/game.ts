import { TICK_MS, UNITS_PER_TILE } from '../shared/constants.ts';
import { gemsOf } from '../shared/gems.ts';
import { STANDING } from '../shared/motion.ts';
import type { Claim, Welcome } from '../shared/protocol.ts';
import { tileAtIndex } from '../shared/tiles.ts';
import { Backdrop } from './backdrop.ts';
import { Client } from './core/client.ts';
import { listenToKeyboard } from './input/keyboard.ts';
import { listenToPointer, type Point, type PointerInput } from './input/pointer.ts';
import type { Tile } from './input/tile-line.ts';
import { Walker } from './input/walker.ts';
import { Page, withoutPlace } from './page.ts';
import type { Address, Memory } from './settings.ts';
import type { Persona } from './ui/persona-fields.ts';
import type { PersonToDraw } from './view/person-view.ts';
import type { Picture, Scene } from './view/scene.ts';

/** While the page is hidden there are no animation frames; the connection is kept up this often, in ms. */
const HIDDEN_MS = 250;
/** The texts around the scene are brought up to date this often, in ms. */
const WORDS_MS = 200;

export interface GameOptions {
  readonly scene: Scene;
  /** Where canvas and page go. */
  readonly parent: HTMLElement;
  readonly address: Address;
  readonly memory: Memory;
  readonly url: string;
}

/** Ties client, scene, input and page together: one animation frame after the other. */
export class Game {
  readonly page: Page;
  readonly #options: GameOptions;
  readonly #scene: Scene;
  readonly #walker = new Walker();
  readonly #pointer: PointerInput;
  readonly #keyboard: { release(): void; stop(): void };
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #backdrop = new Backdrop();
  readonly #stops: (() => void)[] = [];
  #client: Client | undefined;
  /** What was drawn last of oneself and others: it stands still while the connection is lost. */
  #own: PersonToDraw | undefined;
  #people: readonly PersonToDraw[] = [];
  #wordsAt = Number.NEGATIVE_INFINITY;
  #isReady = false;

  constructor(options: GameOptions) {
    const { scene, parent, memory } = options;
    this.#options = options;
    this.#scene = scene;
    parent.prepend(scene.canvas);
    scene.canvas.classList.add('scene');
    this.page = new Page({
      scene,
      parent,
      memory,
      client: () => this.#client,
      tileUnder: (point) => this.#tileUnder(point),
    });
    const { building } = this.page;
    this.#pointer = listenToPointer(
      scene.canvas,
      {
        pressed: (point, button) => {
          if (this.#client?.own === undefined) return;
          if (building.isOn) building.pressed(point, button);
          else this.#walkTo(point);
        },
        dragged: (point) => building.dragged(point),
        released: () => building.released(),
      },
      () => building.isOn,
    );
    this.#keyboard = listenToKeyboard(window, {
      steered: (heading) => {
        this.#walker.steer(heading);
        this.#walk(performance.now());
      },
      pressed: (code) => {
        const isKnown = this.page.pressed(code);
        if (isKnown) this.#wordsAt = Number.NEGATIVE_INFINITY;
        return isKnown;
      },
      undone: () => building.undo(),
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
    const { page } = this;
    const client = new Client({
      url,
      ...persona,
      isPersonaNew: true,
      screen: this.#scene.camera.screenTiles,
      at: address.at ?? null,
      token: memory.token,
      muted: memory.muted.map(({ id }) => id),
      monotonic: () => performance.now(),
      random: Math.random,
      openSocket: (to, protocol) => new WebSocket(to, protocol),
      observer: {
        joined: (welcome) => this.#joined(welcome),
        closed: () => page.disconnected(),
        done: (n) => page.done(n),
        refused: (n, sentence) => page.refused(n, sentence),
        emoted: (player, emote) => page.talk.emoted(player, emote, performance.now()),
        claimed: (claim) => this.#claimed(claim),
      },
    });
    this.#client = client;
    page.begin();
    client.connect();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#client?.close();
  }

  #joined({ token }: Welcome): void {
    this.#options.memory.token = token;
    // The link has done what it is for; a reload comes back to where one stands.
    if (this.#options.address.at !== undefined) history.replaceState(null, '', withoutPlace(location.href));
  }

  #claimed({ sx, sy, period, index }: Claim): void {
    const state = this.#client?.state;
    const terrain = this.#client?.terrain;
    if (state?.phase !== 'joined' || terrain === undefined) return;
    const gem = gemsOf(terrain, state.welcome.gems, sx, sy, period).find((each) => each.index === index);
    if (gem === undefined) return;
    const { tileX, tileY } = tileAtIndex(sx, sy, gem.tile);
    this.#scene.sparkle(tileX, tileY);
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
    this.page.drawn(nowMs, densityOf(window));
    if (picture.own !== undefined && this.#client?.own !== undefined && this.#scene.isComplete) this.#isReady = true;
  }

  /** Everything that goes on whether or not it is drawn. */
  #update(nowMs: number): void {
    const client = this.#client;
    if (client === undefined) return;
    client.update();
    const own = client.own === undefined ? undefined : client.ownPosition();
    if (own !== undefined) {
      if (!this.page.building.isOn) this.#follow(own, nowMs);
      this.#walk(nowMs);
    } else this.#walker.forget();
    this.page.building.update(client, this.#pointer, nowMs);
    this.page.talk.update(client, nowMs);
    if (nowMs - this.#wordsAt < WORDS_MS) return;
    this.#wordsAt = nowMs;
    this.page.update(client, this.#own, this.#people, nowMs);
  }

  /** What there is to see, undefined for nothing new. */
  #picture(nowMs: number): Picture | undefined {
    const client = this.#client;
    if (client === undefined) return this.#backdrop.at(nowMs, this.#reducedMotion.matches);
    const { terrain, ground } = client;
    if (terrain === undefined || ground === undefined) return undefined;
    const identity = client.own;
    const place = identity === undefined ? undefined : client.ownPosition();
    if (identity !== undefined && place !== undefined) {
      const { name, look } = client.persona;
      this.#own = { ...place, id: identity.id, name, look };
      this.#people = [...client.people()];
    }
    const own = this.#own;
    if (own === undefined) return undefined;
    const { building, talk } = this.page;
    return {
      terrain,
      focus: own,
      own,
      people: this.#people,
      target: this.#walker.target,
      interest: client.squares,
      ground,
      tick: client.worldMs() / TICK_MS,
      gems: client.gems(),
      pending: building.pending(client),
      cursor: building.cursor(this.#pointer),
      emotes: talk.emotes(nowMs),
    };
  }

  #walkTo(point: Point): void {
    const nowMs = performance.now();
    this.#walker.walkTo(this.#under(point), nowMs);
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
    const { held } = this.#pointer;
    if (held !== undefined) this.#walker.drag(this.#under(held), own, nowMs);
  }

  /** The place in units under a point of the window in CSS pixels. */
  #under({ x, y }: Point): { x: number; y: number } {
    const { camera } = this.#scene;
    return { x: camera.worldX(x * camera.density), y: camera.worldY(y * camera.density) };
  }

  #tileUnder(point: Point): Tile {
    const { x, y } = this.#under(point);
    return { tileX: Math.floor(x / UNITS_PER_TILE), tileY: Math.floor(y / UNITS_PER_TILE) };
  }
}

/** Device pixels to a CSS pixel. */
const densityOf = ({ devicePixelRatio }: Window): number => devicePixelRatio || 1;
