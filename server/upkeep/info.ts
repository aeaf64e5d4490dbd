import type { Store, StoreInfo } from '../store/store.ts';
import { placeName, type StorePlace } from './store-place.ts';
import { grouped } from './tally.ts';

/** How much a store keeps, and where: as an object in JSON, or as a table for people. */
export async function infoOf(store: Store, place: StorePlace, isJson: boolean): Promise<string> {
  const info = await store.info();
  return isJson ? JSON.stringify({ ...info, ...whereOf(place) }) : tableOf(info, place);
}

function whereOf(place: StorePlace): object {
  const at = placeName(place);
  if (place.kind === 'lmdb') return { kind: 'lmdb', place: at };
  const kind = place.target.kind === 'server' ? 'redis' : 'redis-cluster';
  return { kind, place: at, world: place.world };
}

function tableOf({ profiles, edits, gems, chat }: StoreInfo, place: StorePlace): string {
  const rows = [
    ['profiles', grouped(profiles), 'people'],
    ['edits', grouped(edits), 'tiles that differ from the terrain'],
    ['gems', grouped(gems), 'claims that are still kept'],
    ['chat', grouped(chat), 'lines'],
  ] as const;
  const width = Math.max(...rows.map(([name]) => name.length));
  const countWidth = Math.max(...rows.map(([, count]) => count.length));
  const where =
    place.kind === 'lmdb'
      ? `in the folder ${placeName(place)}`
      : `in ${place.target.kind === 'server' ? 'Redis' : 'the Redis Cluster'} at ${placeName(place)}, world ${place.world}`;
  const lines = rows.map(([name, count, what]) => `${name.padEnd(width)}  ${count.padStart(countWidth)}  ${what}`);
  return [...lines, where].join('\n');
}
