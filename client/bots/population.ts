import type { Blocked } from '../../shared/motion.ts';
import { BEHAVIOURS, type BehaviourName, BORDERS, type Border, tileAtBorder } from './behaviour.ts';
import type { BotsOptions } from './options.ts';
import { freeNear, gathered, spreadOut, type Tile } from './place.ts';
import { createRandom, type Random, seedOf, shuffled } from './random.ts';

/** What one bot is to be. */
export interface Role {
  readonly behaviour: BehaviourName;
  /** Where it appears or walks to: a free tile. */
  readonly place: Tile;
  /** What it stays near: the place, or for border walkers the border beside it. */
  readonly home: Tile;
  readonly border: Border;
  readonly random: Random;
}

/** The share of a screen, along each axis, over which the homes of a crowd lie: all of them are then on all screens. */
const CROWD_SHARE = 1 / 4;
/** … and those of players placed together, who may wander to the edge of each other's screens. */
const TOGETHER_SHARE = 1 / 2;

/** The streams of randomness of a run; those of the bots come after. */
const STREAMS = { assignment: 0, places: 1, bots: 16 };

/** Decides for every bot what it does and where. The same options and terrain give the same population. */
export function populate(options: BotsOptions, blocked: Blocked): Role[] {
  const names = assign(options, createRandom(seedOf(options.seed, STREAMS.assignment)));
  const random = createRandom(seedOf(options.seed, STREAMS.places));
  const { width, height } = options.screen;
  const crowd = gathered(count(names, 'crowd'), width * CROWD_SHARE, height * CROWD_SHARE, random);
  const others = names.length - crowd.length;
  const elsewhere =
    options.placement === 'together'
      ? gathered(others, width * TOGETHER_SHARE, height * TOGETHER_SHARE, random)
      : spreadOut(others, (options.tilesEach * names.length) / Math.max(1, others), random);
  return names.map((behaviour, i) => {
    const tile = (behaviour === 'crowd' ? crowd.pop() : elsewhere.pop()) as Tile;
    const border = BORDERS[Math.floor(random() * BORDERS.length)] as Border;
    const wanted = behaviour === 'border' ? tileAtBorder(tile, border) : tile;
    const place = freeNear(wanted, blocked);
    return {
      behaviour,
      place,
      home: behaviour === 'border' ? wanted : place,
      border,
      random: createRandom(seedOf(options.seed, STREAMS.bots + i)),
    };
  });
}

const count = (names: readonly BehaviourName[], name: BehaviourName): number =>
  names.reduce((sum, other) => sum + (other === name ? 1 : 0), 0);

/** Behaviours for all bots by largest remainder, so that the shares hold to within one bot; in random order. */
function assign({ players, behaviours }: BotsOptions, random: Random): BehaviourName[] {
  const total = BEHAVIOURS.reduce((sum, name) => sum + (behaviours[name] ?? 0), 0);
  const quotas = BEHAVIOURS.map((name) => {
    const exact = ((behaviours[name] ?? 0) / total) * players;
    return { name, whole: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let left = players - quotas.reduce((sum, { whole }) => sum + whole, 0);
  const byRest = [...quotas].sort((a, b) => b.rest - a.rest);
  for (const quota of byRest) {
    if (left === 0) break;
    quota.whole++;
    left--;
  }
  return shuffled(
    quotas.flatMap(({ name, whole }) => Array.from({ length: whole }, () => name)),
    random,
  );
}
