import { TICK_MS, TILES_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { HEADING_DX, headingTowards, STANDING } from '../../shared/motion.ts';
import { middleOf, type Tile } from './place.ts';
import { between, exponential, type Random } from './random.ts';

export const BEHAVIOURS = [
  'wander',
  'border',
  'crowd',
  'builder',
  'migrate',
  'churn',
  'phones',
  'slow',
  'chatter',
] as const;
export type BehaviourName = (typeof BEHAVIOURS)[number];

/** What each of them does, for whoever chooses among them; "Players who …" goes before. */
export const BEHAVIOUR_HELP: Readonly<Record<BehaviourName, string>> = {
  wander: 'walk about within a few tiles of their place',
  border: 'cross the border of a square with every turn, back and forth',
  crowd: 'walk about on the spot, all of them on one screen',
  builder: 'wander, set a tile within reach every second or so, take some back, and talk now and then',
  migrate: 'walk together, all of them on one screen, away through empty land',
  churn: 'wander for some ten seconds, leave, and come back after a few, half of them as somebody new',
  phones: 'wander, on screens of 13 × 26 tiles, over lines of 150 ± 60 ms with stalls of half a second',
  slow: 'wander, and take in 500 bytes a second; they are seen, not judged, and sent away again and again',
  chatter: 'wander, and say something every three seconds or so',
};

/** A heading and how long to keep it, in ms. */
export interface Turn {
  readonly heading: number;
  readonly forMs: number;
}

/** How a bot walks about its home. Decides turn by turn from where it is, in units. */
export interface Behaviour {
  turn(x: number, y: number, nowMs: number): Turn;
}

/**
 * Time between two turns, in ms: at least so much, then exponential, cut at the most. The mean is one second, to
 * within a hundredth.
 */
const LEAST_MS = 250;
const MEAN_EXTRA_MS = 770;
const MOST_MS = 3000;
const untilNextTurn = (random: Random): number => Math.min(MOST_MS, LEAST_MS + exponential(random, MEAN_EXTRA_MS));

export const UNITS_PER_MS = (HEADING_DX[0] as number) / TICK_MS;
const HEADINGS = 256;
const angleOf = (heading: number): number => (heading * 2 * Math.PI) / HEADINGS;

/** How far from home a wanderer and one of a crowd go, in tiles. */
const WANDER_TILES = 6;
const CROWD_TILES = 3;
/** How many directions are tried before the best of them is taken. */
const TRIES = 8;

/**
 * Walks about within a circle around home. A turn whose end would lie outside is drawn again; when none fits, one
 * stands, or when standing already walks to about the other side.
 */
function wander(home: Tile, radiusTiles: number, random: Random): Behaviour {
  const { x: homeX, y: homeY } = middleOf(home);
  const radius = radiusTiles * UNITS_PER_TILE;
  let isStanding = false;
  return {
    turn: (x, y) => {
      const forMs = untilNextTurn(random);
      const way = forMs * UNITS_PER_MS;
      let best = { heading: 0, distance: Number.POSITIVE_INFINITY };
      for (let i = 0; i < TRIES && best.distance > radius; i++) {
        const heading = Math.floor(random() * HEADINGS);
        const angle = angleOf(heading);
        const distance = Math.hypot(x + Math.cos(angle) * way - homeX, y + Math.sin(angle) * way - homeY);
        if (distance < best.distance) best = { heading, distance };
      }
      const fits = best.distance <= radius;
      isStanding = !fits && !isStanding;
      if (isStanding) return { heading: STANDING, forMs };
      return { heading: best.heading, forMs: fits ? forMs : Math.min(forMs, (2 * radius) / UNITS_PER_MS) };
    },
  };
}

/** As most do. */
export const wandering = (home: Tile, random: Random): Behaviour => wander(home, WANDER_TILES, random);

/** How deep into the other square a zig-zag goes, in tiles. */
const SHALLOW_TILES = 0.3;
const DEEP_TILES = 3;

/** Where squares meet, along one axis, nearest to a tile. */
const nearestBorder = (tile: number): number => Math.round(tile / TILES_PER_SQUARE) * TILES_PER_SQUARE;

/** What one of the border walkers crosses: the border that runs north to south, the other one, or both. */
export const BORDERS = ['upright', 'level', 'corner'] as const;
export type Border = (typeof BORDERS)[number];

/** The tile at a border nearest to `tile`. */
export const tileAtBorder = ({ tileX, tileY }: Tile, border: Border): Tile => ({
  tileX: border === 'level' ? tileX : nearestBorder(tileX),
  tileY: border === 'upright' ? tileY : nearestBorder(tileY),
});

/** Crosses the border at home with every turn, back and forth; around a corner now the one, now the other. */
function zigzag(home: Tile, border: Border, random: Random): Behaviour {
  // The border is the near edge of its tile, not the tile's middle.
  const homeX = home.tileX * UNITS_PER_TILE;
  const homeY = home.tileY * UNITS_PER_TILE;
  return {
    turn: (x, y) => {
      const forMs = untilNextTurn(random);
      const way = forMs * UNITS_PER_MS;
      const isUpright = border === 'upright' || (border === 'corner' && random() < 0.5);
      const beyond = isUpright ? x - homeX : y - homeY;
      const beside = isUpright ? y - homeY : x - homeX;
      const depth = between(random, SHALLOW_TILES, DEEP_TILES) * UNITS_PER_TILE;
      const across = Math.min(way, Math.abs(beyond) + depth);
      const along = Math.sqrt(way * way - across * across);
      const dAcross = beyond > 0 ? -across : across;
      const dAlong = beside > 0 ? -along : along;
      return { heading: isUpright ? headingTowards(dAcross, dAlong) : headingTowards(dAlong, dAcross), forMs };
    },
  };
}

/** Where those who migrate are by now, seen from where they began; one for all of them. */
export interface Caravan {
  /** How far they have come, in units. */
  at(nowMs: number): { readonly dx: number; readonly dy: number };
}

/** Of a walker's speed: those who fell behind catch up. */
const CARAVAN_SHARE = 0.7;

/** @param restMs they set out so long after the first look at them: when all are there */
export function createCaravan(heading: number, restMs: number): Caravan {
  const angle = angleOf(heading);
  let beganMs: number | undefined;
  return {
    at: (nowMs) => {
      beganMs ??= nowMs;
      const way = Math.max(0, nowMs - beganMs - restMs) * UNITS_PER_MS * CARAVAN_SHARE;
      return { dx: Math.cos(angle) * way, dy: Math.sin(angle) * way };
    },
  };
}

/** Who came less far than this from turn to turn, as a share of the way that a turn is long, stands before something. */
const STUCK_SHARE = 0.2;

/** Keeps to its place among those who walk together; around what is in the way by turns at random. */
function migrate(home: Tile, caravan: Caravan, random: Random): Behaviour {
  const start = middleOf(home);
  let last: { readonly x: number; readonly y: number; readonly way: number } | undefined;
  return {
    turn: (x, y, nowMs) => {
      const forMs = untilNextTurn(random);
      const isStuck = last !== undefined && Math.hypot(x - last.x, y - last.y) < STUCK_SHARE * last.way;
      last = { x, y, way: forMs * UNITS_PER_MS };
      if (isStuck) return { heading: Math.floor(random() * HEADINGS), forMs };
      // To where that place will be by the next turn.
      const { dx, dy } = caravan.at(nowMs + forMs);
      return { heading: headingTowards(start.x + dx - x, start.y + dy - y), forMs };
    },
  };
}

/**
 * @param border what a border walker crosses; of no meaning to the others
 * @param caravan likewise of those who migrate
 */
export function createBehaviour(
  name: BehaviourName,
  home: Tile,
  { border, caravan, random }: { readonly border: Border; readonly caravan: Caravan; readonly random: Random },
): Behaviour {
  switch (name) {
    case 'wander':
    case 'builder':
    case 'churn':
    case 'phones':
    case 'slow':
    case 'chatter':
      return wandering(home, random);
    case 'migrate':
      return migrate(home, caravan, random);
    case 'crowd':
      return wander(home, CROWD_TILES, random);
    case 'border':
      return zigzag(home, border, random);
  }
}
