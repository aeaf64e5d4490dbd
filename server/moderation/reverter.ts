import { setTimeout as pause } from 'node:timers/promises';
import { EDIT_LEAD_TICKS, TILES_PER_SQUARE } from '../../shared/constants.ts';
import type { RevertChoice, RevertProgress, TileArea } from '../../shared/moderation.ts';
import type { Grid } from '../grid/grid.ts';
import type { SquareAddress, Store } from '../store/store.ts';
import type { World } from '../world/world.ts';
import { planRevert, type TileRevert } from './revert-plan.ts';

export interface ReverterOptions {
  readonly store: Pick<Store, 'edit' | 'editsOf' | 'editLog' | 'loggedSquares'>;
  readonly grid: Pick<Grid, 'edited'>;
  readonly world: Pick<World, 'tick'>;
  /** The time of day, in ms since 1970. */
  readonly wallMs: () => number;
  readonly signal: AbortSignal;
}

/** Tiles set back at once, and how long others have their turn after them, in ms: players go on seeing each other. */
const BATCH = 20;
const REST_MS = 20;
/** The maker of what is set back. */
const NOBODY = 0;

/** Undoes what somebody built, or what was built somewhere, as edits like any others: everybody sees them at once. */
export class Reverter {
  readonly #options: ReverterOptions;

  constructor(options: ReverterOptions) {
    this.#options = options;
  }

  /**
   * Counts what would be set back, or with `isReal` sets it back.
   * @param told each time that there is news; the last is also given
   */
  async run(choice: RevertChoice, isReal: boolean, told: (progress: RevertProgress) => void): Promise<RevertProgress> {
    let progress: RevertProgress = { choice, phase: 'looking', squares: 0, tiles: 0, setBack: 0, passedOver: 0 };
    const tell = (news: Partial<RevertProgress>): RevertProgress => {
      progress = { ...progress, ...news };
      told(progress);
      return progress;
    };
    tell({});
    const plans: { readonly square: SquareAddress; readonly reverts: readonly TileRevert[] }[] = [];
    const { signal } = this.#options;
    for await (const square of this.#squares(choice.area)) {
      const reverts = await this.#plan(square, choice);
      if (reverts.length > 0) plans.push({ square, reverts });
      tell({ squares: progress.squares + 1, tiles: progress.tiles + reverts.length });
      if (signal.aborted) return tell({ phase: 'stopped' });
    }
    if (!isReal) return tell({ phase: 'done' });
    for (const { square, reverts } of plans) {
      for (let i = 0; i < reverts.length; i += BATCH) {
        const some = reverts.slice(i, i + BATCH);
        const done = await Promise.all(some.map((revert) => this.#setBack(square, revert)));
        const setBack = done.filter(Boolean).length;
        tell({
          phase: 'setting back',
          setBack: progress.setBack + setBack,
          passedOver: progress.passedOver + some.length - setBack,
        });
        await pause(REST_MS);
        if (signal.aborted) return tell({ phase: 'stopped' });
      }
    }
    return tell({ phase: 'done' });
  }

  async *#squares(area: TileArea | null): AsyncGenerator<SquareAddress> {
    if (area === null) {
      for await (const squares of this.#options.store.loggedSquares()) yield* squares;
      return;
    }
    const indexOf = (tile: number): number => Math.floor(tile / TILES_PER_SQUARE);
    for (let sy = indexOf(area.top); sy <= indexOf(area.bottom); sy++) {
      for (let sx = indexOf(area.left); sx <= indexOf(area.right); sx++) yield { sx, sy };
    }
  }

  async #plan(square: SquareAddress, choice: RevertChoice): Promise<readonly TileRevert[]> {
    const { store } = this.#options;
    const log = await store.editLog(square);
    return log.length === 0 ? [] : planRevert(square, log, await store.editsOf(square), choice);
  }

  /** Returns whether the tile was as it had been. */
  async #setBack(square: SquareAddress, { tile, kind, ifRevision }: TileRevert): Promise<boolean> {
    const { store, grid, world, wallMs } = this.#options;
    const maker = { player: NOBODY, atMs: Math.round(wallMs()) };
    const edited = await store.edit(square, tile, kind, ifRevision, maker);
    if (edited === undefined) return false;
    const tick = world.tick + EDIT_LEAD_TICKS;
    grid.edited(square, { revision: edited.revision, tile, kind, tick, player: NOBODY });
    return true;
  }
}
