import { TICK_MS, UNITS_PER_TILE } from '../../shared/constants.ts';
import { headingTowards } from '../../shared/motion.ts';
import { tileIndexOf } from '../../shared/tiles.ts';
import type { Client } from '../core/client.ts';
import { type Turn, UNITS_PER_MS } from './behaviour.ts';
import type { ThingsInput } from './oracle-input.ts';
import type { Participant } from './participant.ts';
import { middleOf, type Tile } from './place.ts';
import type { Role } from './population.ts';
import type { Random } from './random.ts';
import { ALL_THE_TIME, NOW_AND_THEN, Talker } from './talker.ts';
import { type Site, TileSetter } from './tile-setter.ts';

/** The share of turns at which somebody lively looks for a gem … */
const GEM_SHARE = 1 / 12;
/** … not further away than so many tiles, which is one turn's walk. */
const GEM_TILES = 9;
/** One walks a little further than the gem's middle, in ms. */
const GEM_EXTRA_MS = 100;

/** What one bot does besides walking: builds, talks, and now and then makes for a gem. Tells the oracle what it asks. */
export class Doings {
  readonly #client: Client;
  readonly #participant: Participant;
  readonly #things: ThingsInput;
  readonly #random: Random;
  readonly #talker: Talker | undefined;
  readonly #setter: TileSetter | undefined;
  readonly #seeksGems: boolean;
  readonly #site: Site;
  /** The last request of the session; the client counts them from 1. */
  #lastRequest = 0;

  constructor(client: Client, participant: Participant, things: ThingsInput, role: Role) {
    this.#client = client;
    this.#participant = participant;
    this.#things = things;
    this.#random = role.whims;
    const isBuilder = role.behaviour === 'builder';
    this.#seeksGems = role.isLively;
    const isChatter = role.behaviour === 'chatter';
    const talks = role.isLively || isBuilder || isChatter;
    const talk = isChatter ? ALL_THE_TIME : NOW_AND_THEN;
    this.#talker = talks ? new Talker(participant.setup.name, role.whims, talk) : undefined;
    this.#setter = isBuilder ? new TileSetter(role.whims) : undefined;
    this.#site = {
      whyNot: ({ tileX, tileY }, kind) => client.whyNot(tileX, tileY, kind),
      kindAt: ({ tileX, tileY }) => client.ground?.kindAt(tileX, tileY, Math.ceil(client.worldMs() / TICK_MS)) ?? 0,
    };
  }

  /** Another session: requests are counted from 1 again. */
  joined(): void {
    this.#lastRequest = 0;
  }

  /** Does what is due. @param x,y where one is, in units */
  act(x: number, y: number, nowMs: number): void {
    const utterance = this.#talker?.due(nowMs);
    if (utterance?.kind === 'say') this.#say(utterance.text);
    else if (utterance !== undefined) this.#client.emote(utterance.emote);
    const build = this.#setter?.due(x / UNITS_PER_TILE, y / UNITS_PER_TILE, this.#site, nowMs);
    if (build?.what === 'undo') this.#undo(nowMs);
    else if (build !== undefined) this.#set(build.tile, build.kind);
  }

  /** A turn towards a gem, when one feels like it and one lies near. */
  gemTurn(x: number, y: number): Turn | undefined {
    if (!this.#seeksGems || this.#random() >= GEM_SHARE) return undefined;
    let nearest: { readonly dx: number; readonly dy: number; readonly way: number } | undefined;
    for (const gem of this.#client.gems()) {
      const at = middleOf(gem);
      const dx = at.x - x;
      const dy = at.y - y;
      const way = Math.hypot(dx, dy);
      if (way <= GEM_TILES * UNITS_PER_TILE && way < (nearest?.way ?? Number.POSITIVE_INFINITY))
        nearest = { dx, dy, way };
    }
    if (nearest === undefined) return undefined;
    const { dx, dy, way } = nearest;
    return { heading: headingTowards(dx, dy), forMs: way / UNITS_PER_MS + GEM_EXTRA_MS };
  }

  #say(text: string): void {
    const n = this.#client.say(text);
    if (n !== undefined) this.#asked(n, { type: 'line', text });
  }

  #set({ tileX, tileY }: Tile, kind: number): void {
    const n = this.#client.build(tileX, tileY, kind);
    if (n !== undefined) this.#asked(n, { type: 'edit', ...tileIndexOf(tileX, tileY), kind });
  }

  #undo(nowMs: number): void {
    if (!this.#client.undo()) return;
    // The client does not say what it asked for: it is the newest of what is pending, and has taken the next number.
    const newest = [...this.#client.pendingEdits()].at(-1);
    if (newest === undefined) return;
    this.#asked(this.#lastRequest + 1, { type: 'edit', ...tileIndexOf(newest.tileX, newest.tileY), kind: newest.kind });
    this.#setter?.undone(newest, newest.kind, nowMs);
  }

  #asked(n: number, act: Parameters<ThingsInput['asked']>[2]): void {
    this.#lastRequest = n;
    this.#things.asked(this.#participant, n, act);
  }
}
