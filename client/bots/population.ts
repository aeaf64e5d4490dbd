import type { Blocked } from '../../shared/motion.ts';
import { BEHAVIOURS, type BehaviourName, BORDERS, type Border, tileAtBorder } from './behaviour.ts';
import { type BotsOptions, MIXTURE } from './options.ts';
import { freeNear, gathered, spreadOut, type Tile } from './place.ts';
import { createRandom, type Random, seedOf, shuffled } from './random.ts';

/** What one bot is to be. */
export interface Role {
  readonly behaviour: BehaviourName;
  /** Whether it talks, and walks over to gems, besides. */
  readonly isLively: boolean;
  /** Whether it has the full picture; else it only walks, and is seen by those who do. */
  readonly isFull: boolean;
  /** Where it appears or walks to: a free tile. */
  readonly place: Tile;
  /** What it stays near: the place, or for border walkers the border beside it. */
  readonly home: Tile;
  readonly border: Border;
  readonly random: Random;
  /** For what it does besides walking, so that doing it does not change where it walks. */
  readonly whims: Random;
}

/** The share of a screen, along each axis, over which the homes of a crowd lie: all of them are then on all screens. */
const CROWD_SHARE = 1 / 4;
/** … and those of players placed together, who may wander to the edge of each other's screens. */
const TOGETHER_SHARE = 1 / 2;

/** The streams of randomness of a run; of `bots` and of `whims` there is one for each bot. */
const STREAMS = { assignment: 0, places: 1, bots: 16, whims: 2 ** 20 };

/** Decides for every bot what it does and where. The same options and terrain give the same population. */
export function populate(options: BotsOptions, blocked: Blocked): Role[] {
  const parts = assign(options, createRandom(seedOf(options.seed, STREAMS.assignment)));
  const random = createRandom(seedOf(options.seed, STREAMS.places));
  const { width, height } = options.screen;
  const crowd = gathered(count(parts, 'crowd'), width * CROWD_SHARE, height * CROWD_SHARE, random);
  const others = parts.length - crowd.length;
  const elsewhere =
    options.placement === 'together'
      ? gathered(others, width * TOGETHER_SHARE, height * TOGETHER_SHARE, random)
      : spreadOut(others, (options.tilesEach * parts.length) / Math.max(1, others), random);
  const isFull = whoIsFull(parts, options);
  return parts.map(({ behaviour, isLively }, i) => {
    const tile = (behaviour === 'crowd' ? crowd.pop() : elsewhere.pop()) as Tile;
    const border = BORDERS[Math.floor(random() * BORDERS.length)] as Border;
    const wanted = behaviour === 'border' ? tileAtBorder(tile, border) : tile;
    const place = freeNear(wanted, blocked);
    return {
      behaviour,
      isLively,
      isFull: isFull[i] === true,
      place,
      home: behaviour === 'border' ? wanted : place,
      border,
      random: createRandom(seedOf(options.seed, STREAMS.bots + i)),
      whims: createRandom(seedOf(options.seed, STREAMS.whims + i)),
    };
  });
}

type Part = Pick<Role, 'behaviour' | 'isLively'>;

/**
 * Who has the full picture: the share asked for, and at least one, of those with one behaviour and one server, evenly
 * along their ranks. To build and to find gems one needs it. And where anybody builds all have it: whoever walks against
 * a wall that they do not know of is elsewhere than they believe, and the oracle with them.
 */
function whoIsFull(parts: readonly Part[], { fullShare, urls }: BotsOptions): boolean[] {
  if (parts.some(({ behaviour, isLively }) => behaviour === 'builder' || isLively)) return parts.map(() => true);
  const groupOf = (i: number): string => `${parts[i]?.behaviour} ${i % urls.length}`;
  const sizes = new Map<string, number>();
  for (const i of parts.keys()) sizes.set(groupOf(i), (sizes.get(groupOf(i)) ?? 0) + 1);
  const ranks = new Map<string, number>();
  return parts.map((_, i) => {
    const group = groupOf(i);
    const size = sizes.get(group) as number;
    const full = Math.max(1, Math.round(size * fullShare));
    const rank = ranks.get(group) ?? 0;
    ranks.set(group, rank + 1);
    // So many steps up from 0 to `full` over the ranks, at even distances.
    return Math.floor(((rank + 1) * full) / size) > Math.floor((rank * full) / size);
  });
}

const count = (parts: readonly Part[], name: BehaviourName): number =>
  parts.reduce((sum, { behaviour }) => sum + (behaviour === name ? 1 : 0), 0);

/** Parts for all bots by largest remainder, so that the shares hold to within one bot; in random order. */
function assign({ players, behaviours }: BotsOptions, random: Random): Part[] {
  const mixture = BEHAVIOURS.reduce((sum, name) => sum + MIXTURE[name], 0);
  const shares = BEHAVIOURS.flatMap((behaviour) => [
    { behaviour, isLively: false, share: behaviours[behaviour] ?? 0 },
    { behaviour, isLively: true, share: ((behaviours.mixed ?? 0) * MIXTURE[behaviour]) / mixture },
  ]);
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  const quotas = shares.map(({ behaviour, isLively, share }) => {
    const exact = (share / total) * players;
    return { behaviour, isLively, whole: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = players - quotas.reduce((sum, { whole }) => sum + whole, 0);
  const byRest = [...quotas].sort((a, b) => b.rest - a.rest);
  for (const quota of byRest) {
    if (left === 0) break;
    quota.whole++;
    left--;
  }
  return shuffled(
    quotas.flatMap(({ behaviour, isLively, whole }) => Array.from({ length: whole }, () => ({ behaviour, isLively }))),
    random,
  );
}
