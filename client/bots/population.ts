import type { Blocked } from '../../shared/motion.ts';
import {
  BEHAVIOURS,
  type BehaviourName,
  BORDERS,
  type Border,
  type Caravan,
  createCaravan,
  tileAtBorder,
} from './behaviour.ts';
import { type BotsOptions, type Group, MIXTURE } from './options.ts';
import { freeNear, gathered, spreadOut, type Tile } from './place.ts';
import { createRandom, type Random, seedOf, shuffled } from './random.ts';
import { groupsOf, playersAtFirst, type Span, spanOf } from './scenario.ts';

/** What one bot is to be, and when. */
export interface Role extends Span {
  /** Which of the scenario's groups it belongs to; undefined without a scenario. */
  readonly group: number | undefined;
  /** Which of the urls is its own. */
  readonly node: number;
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
  /** Whom those who migrate keep to. */
  readonly caravan: Caravan;
  /** In tiles. */
  readonly screen: BotsOptions['screen'];
  readonly random: Random;
  /** For what it does besides walking, so that doing it does not change where it walks. */
  readonly whims: Random;
}

/** The share of a screen, along each axis, over which the homes of a crowd lie: all of them are then on all screens. */
const CROWD_SHARE = 1 / 4;
/** … and those of players placed together, who may wander to the edge of each other's screens. */
const TOGETHER_SHARE = 1 / 2;
/** What a phone shows of the world, held upright, in tiles. */
const PHONE = { width: 13, height: 26 };
/** Those who migrate set out so long after the last of them has come, in ms. */
const GATHERING_MS = 3000;

/** The streams of randomness of a run; of `bots` and of `whims` there is one for each bot. */
const STREAMS = { assignment: 0, places: 1, caravan: 2, bots: 16, whims: 2 ** 20 };

/**
 * Decides for every bot what it does, where and when. The same options and terrain give the same population.
 * @returns those who are there from before the beginning, then the others as they come
 */
export function populate(options: BotsOptions, blocked: Blocked): Role[] {
  const streamOf = (stream: number): Random => createRandom(seedOf(options.seed, stream));
  const groups = groupsOf(options);
  const assignment = streamOf(STREAMS.assignment);
  const parts = groups.flatMap((group, index) => assign(group, index, assignment));
  const nodes = parts.map(({ group }, i) => groups[group]?.node ?? i % options.urls.length);
  const isFull = whoIsFull(parts, nodes, options);
  const random = streamOf(STREAMS.places);
  const headings = streamOf(STREAMS.caravan);
  const crews = groups.map((group, index) => ({
    group,
    placeOf: placesOf(parts, index, options, random),
    caravan: createCaravan(Math.floor(headings() * HEADINGS), gatheringMs(group, options)),
  }));
  const roles = parts.map(({ behaviour, isLively, group: index, rank }, i): Role => {
    const { group, placeOf, caravan } = crews[index] as (typeof crews)[number];
    const tile = placeOf(behaviour);
    const border = BORDERS[Math.floor(random() * BORDERS.length)] as Border;
    const wanted = behaviour === 'border' ? tileAtBorder(tile, border) : tile;
    const place = freeNear(wanted, blocked);
    return {
      ...spanOf(group, rank),
      group: options.scenario === undefined ? undefined : index,
      node: nodes[i] as number,
      behaviour,
      isLively,
      isFull: isFull[i] === true,
      place,
      home: behaviour === 'border' ? wanted : place,
      border,
      caravan,
      screen: group.screen ?? (behaviour === 'phones' ? PHONE : options.screen),
      random: streamOf(STREAMS.bots + i),
      whims: streamOf(STREAMS.whims + i),
    };
  });
  return roles.sort((a, b) => (a.comesAtMs ?? AT_FIRST) - (b.comesAtMs ?? AT_FIRST));
}

const HEADINGS = 256;
/** Before all those who come in the measured part. */
const AT_FIRST = -1;

/** One bot, as far as it is decided by shares. */
interface Part extends Pick<Role, 'behaviour' | 'isLively'> {
  /** Which of the groups it belongs to, and which of that one's players it is. */
  readonly group: number;
  readonly rank: number;
}

/** How long those of a group who migrate wait for one another, in ms. */
function gatheringMs({ fromSeconds, overSeconds }: Group, options: BotsOptions): number {
  const comingSeconds = fromSeconds === undefined ? playersAtFirst(options) / options.rampPerSecond : overSeconds;
  return comingSeconds * 1000 + GATHERING_MS;
}

/** Places for one of the groups. Each of its players is given one by what it does. */
function placesOf(
  parts: readonly Part[],
  group: number,
  options: BotsOptions,
  random: Random,
): (behaviour: BehaviourName) => Tile {
  const own = parts.filter((part) => part.group === group);
  const { width, height } = options.screen;
  const crowd = gathered(count(own, 'crowd'), width * CROWD_SHARE, height * CROWD_SHARE, random);
  const migrants = gathered(count(own, 'migrate'), width * CROWD_SHARE, height * CROWD_SHARE, random);
  const others = own.length - crowd.length - migrants.length;
  const elsewhere =
    (groupsOf(options)[group]?.placement ?? options.placement) === 'together'
      ? gathered(others, width * TOGETHER_SHARE, height * TOGETHER_SHARE, random)
      : spreadOut(others, (options.tilesEach * own.length) / Math.max(1, others), random);
  return (behaviour) => {
    const places = behaviour === 'crowd' ? crowd : behaviour === 'migrate' ? migrants : elsewhere;
    return places.pop() as Tile;
  };
}

/** What takes the full picture: to talk, and to be on a line that is made worse. */
const NEEDS_PICTURE: ReadonlySet<BehaviourName> = new Set(['phones', 'chatter']);

/**
 * Who has the full picture: the share asked for, and at least one, of those of one group with one behaviour and one
 * server, evenly along their ranks. To build and to find gems one needs it. And where anybody builds all have it:
 * whoever walks against a wall that they do not know of is elsewhere than they believe, and the oracle with them. But
 * those who are slow never have it: what they see is wrong by their own fault.
 */
function whoIsFull(parts: readonly Part[], nodes: readonly number[], options: BotsOptions): boolean[] {
  if (parts.some(({ behaviour, isLively }) => behaviour === 'builder' || isLively)) {
    return parts.map(({ behaviour }) => behaviour !== 'slow');
  }
  const groups = groupsOf(options);
  const kinOf = (i: number): string => `${parts[i]?.group} ${parts[i]?.behaviour} ${nodes[i]}`;
  const sizes = new Map<string, number>();
  for (const i of parts.keys()) sizes.set(kinOf(i), (sizes.get(kinOf(i)) ?? 0) + 1);
  const ranks = new Map<string, number>();
  return parts.map(({ behaviour, group }, i) => {
    if (NEEDS_PICTURE.has(behaviour)) return true;
    if (behaviour === 'slow') return false;
    const kin = kinOf(i);
    const size = sizes.get(kin) as number;
    const full = Math.max(1, Math.round(size * (groups[group]?.fullShare ?? options.fullShare)));
    const rank = ranks.get(kin) ?? 0;
    ranks.set(kin, rank + 1);
    // So many steps up from 0 to `full` over the ranks, at even distances.
    return Math.floor(((rank + 1) * full) / size) > Math.floor((rank * full) / size);
  });
}

const count = (parts: readonly Part[], name: BehaviourName): number =>
  parts.reduce((sum, { behaviour }) => sum + (behaviour === name ? 1 : 0), 0);

/** Parts for all bots of a group by largest remainder, so that the shares hold to within one bot; in random order. */
function assign({ players, behaviours }: Group, group: number, random: Random): Part[] {
  const mixture = BEHAVIOURS.reduce((sum, name) => sum + (MIXTURE[name] ?? 0), 0);
  const shares = BEHAVIOURS.flatMap((behaviour) => [
    { behaviour, isLively: false, share: behaviours[behaviour] ?? 0 },
    { behaviour, isLively: true, share: ((behaviours.mixed ?? 0) * (MIXTURE[behaviour] ?? 0)) / mixture },
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
  ).map((part, rank) => ({ ...part, group, rank }));
}
