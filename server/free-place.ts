import type { Terrain } from '../shared/terrain.ts';
import { BARE, isBlockedTile, tileIndexOf } from '../shared/tiles.ts';
import type { Place, Store } from './store/store.ts';
import { tilePlace } from './world/spawn.ts';

/**
 * The middle of a tile, or of the nearest one where nothing stands; undefined beyond the edge of the world.
 * @throws StoreError when what is built there cannot be read
 */
export async function freePlace(
  store: Pick<Store, 'editsOf'>,
  terrain: Terrain,
  at: readonly [tileX: number, tileY: number],
): Promise<Place | undefined> {
  const { sx, sy } = tileIndexOf(...at);
  if (tilePlace(at, () => false) === undefined) return undefined;
  const { tiles } = await store.editsOf({ sx, sy });
  const built = new Map(tiles.map(({ tile, kind }) => [tile, kind]));
  return tilePlace(at, (tileX, tileY) => {
    const there = tileIndexOf(tileX, tileY);
    // What is built in the squares beside it is not looked up; should it be a wall, one may leave it.
    const kind = there.sx === sx && there.sy === sy ? built.get(there.tile) : undefined;
    return isBlockedTile(kind ?? BARE, terrain.blocked(tileX, tileY));
  });
}
