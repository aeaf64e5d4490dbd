import { gemsOf } from '../../shared/gems.ts';
import type { Terrain } from '../../shared/terrain.ts';
import type { PointsOf } from './gem-watch.ts';

/** What gems score in a world, by its rule. @param most gems in a square */
export const pointsBy =
  (terrain: Terrain, most: number): PointsOf =>
  ({ sx, sy, period, index }) =>
    gemsOf(terrain, most, sx, sy, period).find((gem) => gem.index === index)?.points;
