import { TICK_MS, UNITS_PER_TILE } from '../shared/constants.ts';
import { gemsOf } from '../shared/gems.ts';
import type { Claim, Welcome } from '../shared/protocol.ts';
import { tileAtIndex } from '../shared/tiles.ts';
import type { Address } from './address.ts';
import { Backdrop } from './backdrop.ts';
import { Breather } from './breather.ts';
import { Controls } from './controls.ts';
import { Client } from './core/client.ts';
import { LinkConditioner } from './core/link-conditioner.ts';
import type { Screen } from './input/told-screen.ts';
import type { Memory } from './memory.ts';
import { NetLab } from './net-lab.ts';
import { Page, withoutPlace } from './page.ts';
import type { PreferenceStore } from './preferences.ts';
import type { Sound } from './sound/sound.ts';
import type { Persona } from './ui/persona-fields.ts';
import type { PersonToDraw } from './view/person-view.ts';
import type { Picture } from './view/picture.ts';
import type { Scene } from './view/scene.ts';
import { Viewport } from './viewport.ts';

/** While the page is hidden there are no animation frames; the connection is kept up this often, in ms. */
const HIDDEN_MS = 250;
/** When nothing has run for this long, the page has slept, in ms: what has been waiting since is not the present (M4). */
const ASLEEP_MS = 3000;
/** The present is awaited for this long, in ms. */
const WAKING_MS = 1500;
/** The texts around the scene are brought up to date this often, in ms. */
const WORDS_MS = 200;

export interface GameOptions {
  readonly scene: Scene;
  /** Where canvas and page go. */
  readonly parent: HTMLElement;
  readonly address: Address;
  readonly memory: Memory;
  readonly preferences: PreferenceStore;
  readonly sound: Sound;
  readonly url: string;
}

/** Ties client, scene, input and page together: one animation frame after the other. */
export class Game {
  readonly page: Page;
  readonly #options: GameOptions;
  readonly #scene: Scene;
  readonly #viewport: Viewport;
  readonly #controls: Controls;
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #backdrop = new Backdrop();
  readonly #breather = new Breather();
  readonly #conditioner = new LinkConditioner({
    monotonic: () => performance.now(),
    random: Math.random,
    later: (ms, run) => setTimeout(run, ms),
  });
  readonly #netLab: NetLab;
  readonly #stops: (() => void)[] = [];
  #client: Client | undefined;
  /** What was drawn last of oneself and others: it stands still while the connection is lost. */
  #own: PersonToDraw | undefined;
  #people: readonly PersonToDraw[] = [];
  #wordsAt = Number.NEGATIVE_INFINITY;
  #isReady = false;
  #drawnFrames = 0;
  /** When anything last ran, a frame or a message. */
  #awakeAt = Number.POSITIVE_INFINITY;
  /** The tick from which on frames tell of the present, after a sleep. */
  #awaited: { readonly tick: number; readonly untilMs: number } | undefined;

  constructor(options: GameOptions) {
    const { scene, parent, memory, preferences, sound } = options;
    this.#options = options;
    this.#scene = scene;
    parent.prepend(scene.canvas);
    scene.canvas.classList.add('scene');
    this.#netLab = new NetLab(parent, {
      conditioner: this.#conditioner,
      client: () => this.#client,
      areSquaresShown: () => scene.isOverlayShown,
      showSquares: (areShown) => scene.showOverlay(areShown),
      say: (sentence) => this.page.say(sentence),
    });
    this.#viewport = new Viewport({
      scene,
      parent,
      preferences,
      zoom: options.address.zoom,
      changed: () => this.#controls.letGo(),
    });
    const client = (): Client | undefined => this.#client;
    this.page = new Page({
      scene,
      parent,
      memory,
      preferences,
      sound,
      netLab: this.#netLab,
      zoom: (steps) => this.#viewport.zoomBy(steps),
      client,
      tileUnder: (point) => scene.camera.tileUnder(point),
    });
    this.#controls = new Controls({
      scene,
      parent,
      page: this.page,
      viewport: this.#viewport,
      preferences,
      client,
      acted: () => {
        this.#wordsAt = Number.NEGATIVE_INFINITY;
      },
    });
    this.#stops.push(
      () => this.#viewport.stop(),
      () => this.#controls.stop(),
      () => this.#breather.stop(),
      this.#listenToWindow(),
      this.#loop(),
    );
  }

  /** Whether nothing is to move by itself. */
  get #isCalm(): boolean {
    const { motion } = this.#options.preferences.current;
    return motion === 'calm' || (motion === 'auto' && this.#reducedMotion.matches);
  }

  /** Whether one is in the world and has seen it. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** How many frames have been drawn, and oneself in the last of them. */
  get drawn(): { readonly frames: number; readonly own: PersonToDraw | undefined } {
    return { frames: this.#drawnFrames, own: this.#own };
  }

  /** The screen that the server knows, in tiles. */
  get toldScreen(): Screen {
    return this.#viewport.told;
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
      screen: this.#viewport.told,
      at: address.at ?? null,
      token: memory.token,
      muted: memory.muted.map(({ id }) => id),
      monotonic: () => performance.now(),
      random: Math.random,
      openSocket: this.#conditioner.wrap((to, protocol) => new WebSocket(to, protocol)),
      observer: {
        joined: (welcome) => this.#joined(welcome),
        frame: (tick) => this.#heard(tick, performance.now()),
        closed: () => page.disconnected(),
        done: (n) => page.done(n),
        refused: (n, sentence) => page.refused(n, sentence),
        announced: (text) => page.announced(text),
        emoted: (player, emote) => page.talk.emoted(player, emote, performance.now()),
        claimed: (claim) => this.#claimed(claim),
      },
    });
    this.#client = client;
    page.begin();
    this.#controls.begin();
    client.connect();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#client?.close();
  }

  /** A frame from the server has arrived. */
  #heard(tick: number, nowMs: number): void {
    this.#stayAwake(nowMs);
    if (this.#awaited !== undefined && tick >= this.#awaited.tick) this.#awaited = undefined;
    this.#netLab.frame(nowMs);
  }

  #joined({ token }: Welcome): void {
    this.#options.memory.token = token;
    // At once: whoever reloads the page the moment it is there is nobody else for that.
    if (this.#client !== undefined) this.page.remember(this.#client.persona);
    // The link has done what it is for; a reload comes back to where one stands.
    if (this.#options.address.at !== undefined) history.replaceState(null, '', withoutPlace(location.href));
  }

  #claimed({ sx, sy, period, index, player }: Claim): void {
    const state = this.#client?.state;
    const terrain = this.#client?.terrain;
    if (state?.phase !== 'joined' || terrain === undefined) return;
    const gem = gemsOf(terrain, state.welcome.gems, sx, sy, period).find((each) => each.index === index);
    if (gem === undefined) return;
    const { tileX, tileY } = tileAtIndex(sx, sy, gem.tile);
    this.#scene.sparkle(tileX, tileY);
    const own = this.#client?.ownPosition();
    if (own === undefined) return;
    const away = Math.hypot(own.x / UNITS_PER_TILE - tileX, own.y / UNITS_PER_TILE - tileY);
    this.#options.sound.play('gem', player === this.#client?.own?.id ? 0 : away, { points: gem.points });
  }

  #listenToWindow(): () => void {
    const rest = (): void => this.#controls.rest();
    const visibility = (): void => {
      if (document.hidden) rest();
      else this.#client?.refresh();
    };
    window.addEventListener('blur', rest);
    document.addEventListener('visibilitychange', visibility);
    return () => {
      window.removeEventListener('blur', rest);
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

  #frame(nowMs: number): void {
    this.#update(nowMs);
    if (this.#breather.isHeld) return;
    const picture = this.#picture(nowMs);
    if (picture === undefined) return;
    this.#scene.draw(picture, nowMs, this.#isCalm);
    this.#breather.drawn();
    this.#drawnFrames++;
    this.#scene.canvas.classList.add('is-drawn');
    this.page.drawn(nowMs, this.#viewport.density);
    if (picture.own !== undefined && this.#client?.own !== undefined && this.#scene.isComplete) this.#isReady = true;
  }

  /** Everything that goes on whether or not it is drawn. */
  #update(nowMs: number): void {
    const client = this.#client;
    if (client === undefined) return;
    this.#stayAwake(nowMs);
    client.update();
    this.#controls.update(nowMs);
    const { width, height } = this.#viewport.update(nowMs);
    client.setScreen(width, height);
    this.page.building.update(client, this.#controls.pointer, nowMs);
    this.page.talk.update(client, nowMs);
    this.#netLab.update(client, nowMs);
    if (nowMs - this.#wordsAt < WORDS_MS) return;
    this.#wordsAt = nowMs;
    this.page.update(client, this.#own, this.#people, nowMs);
  }

  /** Notices when the page has slept. Everybody stays where they were seen last until there is news of the present. */
  #stayAwake(nowMs: number): void {
    const client = this.#client;
    const hasSlept = nowMs - this.#awakeAt > ASLEEP_MS;
    this.#awakeAt = nowMs;
    if (!hasSlept || client?.own === undefined) return;
    // World time and the server's may be a tick apart.
    this.#awaited = { tick: Math.floor(client.worldMs() / TICK_MS) - 2, untilMs: nowMs + WAKING_MS };
  }

  /** What there is to see, undefined for nothing new. */
  #picture(nowMs: number): Picture | undefined {
    const client = this.#client;
    if (client === undefined || isShutOut(client)) return this.#backdrop.at(nowMs, this.#isCalm);
    const { terrain, ground } = client;
    if (terrain === undefined || ground === undefined) return undefined;
    const identity = client.own;
    const place = identity === undefined ? undefined : client.ownPosition();
    if (identity !== undefined && place !== undefined) {
      const { name, look } = client.persona;
      this.#own = { ...place, id: identity.id, name, look };
      const isWaking = this.#awaited !== undefined && nowMs < this.#awaited.untilMs;
      if (!isWaking) this.#people = client.peopleShown();
    }
    const own = this.#own;
    if (own === undefined) return undefined;
    const { building, talk } = this.page;
    return {
      terrain,
      focus: own,
      own,
      people: this.#people,
      target: this.#controls.target,
      interest: client.squares,
      ground,
      tick: client.worldMs() / TICK_MS,
      gems: client.gems(),
      pending: building.pending(client),
      cursor: building.cursor(this.#controls.pointer),
      emotes: talk.emotes(nowMs),
      truths: this.#netLab.areGhostsShown ? client.truths() : [],
    };
  }
}

/** Whether one has not been let in yet, and that may take a while: there is nothing of the world to be seen. */
const isShutOut = ({ terrain, state }: Client): boolean =>
  terrain === undefined && (state.phase === 'waiting' || state.phase === 'closed');
