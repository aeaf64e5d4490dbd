import { BUILD_REACH_TILES, EDIT_LEAD_TICKS, UNITS_PER_TILE } from '../../shared/constants.ts';
import { tileOf } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import { advance, type Motion } from '../../shared/motion.ts';
import type { Edit } from '../../shared/protocol.ts';
import { isBlockedTile, isBuildable, isTileKind, tileAtIndex, tileKind } from '../../shared/tiles.ts';
import type { Grid } from '../grid/grid.ts';
import type { Occupant } from '../grid/occupant.ts';
import type { RuleBook } from '../moderation/rule-book.ts';
import type { Store } from '../store/store.ts';
import type { Player } from '../world/player.ts';
import type { World } from '../world/world.ts';
import { Refusal } from './refusal.ts';

export interface BuilderOptions {
  readonly store: Store;
  readonly grid: Grid;
  readonly world: World;
  readonly ground: Ground;
  /** The time of day, in ms since 1970. */
  readonly wallMs: () => number;
  /** Where nobody builds; without it that is nowhere. */
  readonly rules?: Pick<RuleBook, 'areaAt'>;
}

/** What has become of an edit. */
export interface Built {
  readonly revision: number;
  /** The kind that was there before. */
  readonly before: number;
}

/** The client reckons from where it will be, and is forgiven so much, in tiles. */
const FORGIVEN_TILES = 1;

/** Sets tiles for players: the rules of building. */
export class Builder {
  readonly #options: BuilderOptions;
  /** How far other nodes' walkers have been followed: nobody's way is walked twice, however long it is. */
  readonly #followed = new WeakMap<Occupant, Motion>();

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  /** @throws Refusal, or StoreError when the store could not keep it: then nothing has changed */
  async edit(player: Player, edit: Pick<Edit, 'sx' | 'sy' | 'tile' | 'kind' | 'ifRevision'>): Promise<Built> {
    const { store, grid, world, wallMs } = this.#options;
    const { sx, sy, tile, kind, ifRevision } = edit;
    this.#refuse(player, edit);
    const maker = { player: player.id, atMs: Math.round(wallMs()) };
    const edited = await store.edit({ sx, sy }, tile, kind, ifRevision ?? undefined, maker);
    if (edited === undefined) throw new Refusal('Somebody else has built there since.');
    const { revision, before } = edited;
    grid.edited({ sx, sy }, { revision, tile, kind, tick: world.tick + EDIT_LEAD_TICKS, player: player.id });
    return { revision, before: before.kind };
  }

  #refuse(player: Player, { sx, sy, tile, kind }: Pick<Edit, 'sx' | 'sy' | 'tile' | 'kind'>): void {
    const { grid, ground, world, rules } = this.#options;
    const { tileX, tileY } = tileAtIndex(sx, sy, tile);
    if (!isTileKind(kind)) throw new Refusal('There is nothing of that kind to build with.');
    const away = Math.hypot(middle(tileX) - player.x, middle(tileY) - player.y) / UNITS_PER_TILE;
    if (away > BUILD_REACH_TILES + FORGIVEN_TILES) throw new Refusal('That is out of reach.');
    if (!isBuildable(tileX, tileY)) throw new Refusal('Nothing can be built where people arrive.');
    const area = rules?.areaAt(tileX, tileY);
    if (area !== undefined) throw new Refusal(`“${area.name}” is protected: nobody builds there.`);
    if (grid.thingsOf(sx, sy) === undefined) throw new Refusal('That is out of sight.');
    const { group } = tileKind(kind) ?? {};
    const isRough = ground.terrain.blocked(tileX, tileY);
    if (group === 'flower' && isRough) throw new Refusal('Flowers do not grow there.');
    const blocks = isBlockedTile(kind, isRough);
    const isOpen = !ground.blocked(tileX, tileY, world.tick + EDIT_LEAD_TICKS);
    if (blocks && isOpen && this.#isOccupied(sx, sy, tileX, tileY)) throw new Refusal('Somebody stands there.');
  }

  /** Whether anybody stands on a tile, or walks onto it before an edit of now would count. */
  #isOccupied(sx: number, sy: number, tileX: number, tileY: number): boolean {
    const { grid, world, ground } = this.#options;
    const isThere = ({ x, y }: { readonly x: number; readonly y: number }): boolean =>
      tileOf(x) === tileX && tileOf(y) === tileY;
    // Whoever walks may come over from a square beside.
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        for (const occupant of grid.occupantsOf(sx + dx, sy + dy)) {
          const local = world.players.get(occupant.id);
          const now = local === undefined ? this.#follow(occupant) : positionOf(local);
          if (far(now, tileX, tileY)) continue;
          if (isThere(now) || isThere(advance({ ...now }, world.tick + EDIT_LEAD_TICKS, ground.blocked))) return true;
        }
      }
    }
    return false;

    function positionOf({ x, y, heading }: Player) {
      return { tick: world.tick, x, y, heading };
    }
  }

  #follow(occupant: Occupant): Motion {
    const { world, ground } = this.#options;
    const now = advance(this.#followed.get(occupant) ?? occupant.motion, world.tick, ground.blocked);
    this.#followed.set(occupant, now);
    return now;
  }
}

const middle = (tile: number): number => tile * UNITS_PER_TILE + UNITS_PER_TILE / 2;

/** Too far away to be there in a moment. */
const far = ({ x, y }: { readonly x: number; readonly y: number }, tileX: number, tileY: number): boolean =>
  Math.abs(tileOf(x) - tileX) > 2 || Math.abs(tileOf(y) - tileY) > 2;
