import { openSocket } from '../../client/bots/socket.ts';
import { Client } from '../../client/core/client.ts';
import type { GemInSight } from '../../client/core/gem-field.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { headingTowards, STANDING } from '../../shared/motion.ts';
import type { Terrain } from '../../shared/terrain.ts';
import type { ListedGem } from './gem-lists.ts';
import { until } from './until.ts';

const SCREEN = { width: 12, height: 12 } as const;
const JOIN_MS = 30_000;
/** This close to a gem's middle it has been touched for sure, in tiles. */
const TOUCH_TILES = 0.3;
/** Further away than this one's heading is looked after, not more often than so, in tiles and ms. */
const STEER_TILES = 1;
const STEER_MS = 200;

const keyOf = ({ sx, sy, index }: Pick<GemInSight, 'sx' | 'sy' | 'index'>): string => `${sx},${sy},${index}`;

/** A player who walks from gem to gem and remembers what it was told of them. */
export class GemRacer {
  readonly client: Client;
  /** Whose each gem is, as told; 0 for somebody. */
  readonly told = new Map<string, number>();
  /** What was said of gems that somebody else was quicker at. */
  readonly refusals: string[] = [];
  #steeredAtMs = 0;
  #target: ListedGem | undefined;

  private constructor(url: string, name: string, terrain: Terrain, at: readonly [number, number]) {
    this.client = new Client({
      url,
      name,
      look: 0,
      screen: SCREEN,
      at,
      monotonic: () => performance.now(),
      random: () => 0.5,
      openSocket,
      openTerrain: () => terrain,
      observer: {
        refused: (_n, sentence) => this.refusals.push(sentence),
        claimed: (claim) => this.told.set(keyOf(claim), claim.player),
      },
    });
  }

  /** Connects; `update` has to be called from then on. */
  static start(url: string, name: string, terrain: Terrain, at: readonly [number, number]): GemRacer {
    const racer = new GemRacer(url, name, terrain, at);
    racer.client.connect();
    return racer;
  }

  async joined(): Promise<void> {
    const { client } = this;
    const isIn = (): boolean => client.ownPosition() !== undefined && client.pingMs !== undefined;
    await until('a racer was in', isIn, JOIN_MS);
  }

  get id(): number {
    return this.client.own?.id ?? 0;
  }

  get score(): number {
    return this.client.score.score;
  }

  /** Whether a gem is there to be had, as this one sees it. */
  sees({ sx, sy, index }: ListedGem): boolean {
    for (const gem of this.client.gems()) if (gem.index === index && gem.sx === sx && gem.sy === sy) return true;
    return false;
  }

  /** Whose a gem is, as told; undefined when nothing was said of it. */
  ownerOf(gem: ListedGem): number | undefined {
    return this.told.get(keyOf(gem));
  }

  /** A look at the way to a gem; true once it has been reached. */
  runTo(gem: ListedGem, nowMs: number): boolean {
    const place = this.client.ownPosition();
    if (place === undefined) return false;
    const dx = gem.tileX + 0.5 - place.x / UNITS_PER_TILE;
    const dy = gem.tileY + 0.5 - place.y / UNITS_PER_TILE;
    const way = Math.hypot(dx, dy);
    if (way < TOUCH_TILES) {
      this.stand();
      return true;
    }
    const isNew = this.#target !== gem;
    if (isNew || (way > STEER_TILES && nowMs - this.#steeredAtMs > STEER_MS)) {
      this.#target = gem;
      this.#steeredAtMs = nowMs;
      this.client.walk(headingTowards(dx, dy));
    }
    return false;
  }

  stand(): void {
    this.#target = undefined;
    this.client.walk(STANDING);
  }
}
