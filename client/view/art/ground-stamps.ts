import { GRASS, ROCK, SAND, WATER } from '../../../shared/terrain.ts';
import { LAND } from './palette.ts';
import { ink } from './pixels.ts';

/** A small thing that lies in a tile. */
export interface GroundStamp {
  readonly rows: readonly string[];
  readonly colours: Readonly<Record<string, number>>;
  /** In how many of 256 tiles of its kind it lies. */
  readonly of256: number;
}

const tuft = { d: ink(LAND.tuft), l: ink(LAND.tuftLight) };
const flower = (petal: number, heart: number) => ({ ...tuft, p: ink(petal), y: ink(heart) });

const FLOWER = ['.p.', 'pyp', '.p.', '.d.'];
const TWO_FLOWERS = ['.p......', 'pyp.....', '.p...p..', '.d..pyp.', '.....p..', '.....d..'];
const BUDS = ['p.....', '...p..', 'd....p', '.p.d..', '.d...d'];

/** What lies in most tiles where flowers grow thickly: four beds, each of its own. */
export const FLOWER_BEDS: readonly (readonly GroundStamp[])[] = [
  [
    { rows: TWO_FLOWERS, colours: flower(LAND.petalWhite, LAND.petalYellow), of256: 80 },
    { rows: FLOWER, colours: flower(LAND.petalWhite, LAND.petalYellow), of256: 60 },
  ],
  [
    { rows: TWO_FLOWERS, colours: flower(LAND.petalPink, LAND.petalWhite), of256: 80 },
    { rows: BUDS, colours: flower(LAND.petalWhite, LAND.petalWhite), of256: 50 },
  ],
  [
    { rows: BUDS, colours: flower(LAND.petalYellow, LAND.petalYellow), of256: 110 },
    { rows: FLOWER, colours: flower(LAND.petalYellow, LAND.petalWhite), of256: 40 },
  ],
  [
    { rows: BUDS, colours: flower(LAND.petalBlue, LAND.petalBlue), of256: 90 },
    { rows: TWO_FLOWERS, colours: flower(LAND.petalBlue, LAND.petalWhite), of256: 40 },
  ],
];

/** What may lie in a tile, by kind of ground. */
export const GROUND_STAMPS: Readonly<Record<number, readonly GroundStamp[]>> = {
  [GRASS]: [
    { rows: ['d...d', '.d.d.', '.ddd.'], colours: tuft, of256: 26 },
    { rows: ['..d..', 'd.d.d', '.ddd.'], colours: tuft, of256: 20 },
    { rows: ['l...l', '.l.l.', '.d.d.'], colours: tuft, of256: 22 },
    { rows: ['l.l', '.l.'], colours: tuft, of256: 16 },
    { rows: ['l..', '...', '..l', '.d.'], colours: tuft, of256: 12 },
    { rows: FLOWER, colours: flower(LAND.petalWhite, LAND.petalYellow), of256: 3 },
    { rows: TWO_FLOWERS, colours: flower(LAND.petalWhite, LAND.petalYellow), of256: 3 },
    { rows: FLOWER, colours: flower(LAND.petalPink, LAND.petalWhite), of256: 3 },
    { rows: BUDS, colours: flower(LAND.petalYellow, LAND.petalYellow), of256: 4 },
    { rows: BUDS, colours: flower(LAND.petalBlue, LAND.petalBlue), of256: 3 },
    { rows: ['.gg.', 'gwwg', 'dggd'], colours: { ...tuft, g: ink(LAND.rock), w: ink(LAND.rockLight) }, of256: 2 },
  ],
  [SAND]: [
    { rows: ['..ddd..', 'dd...dd'], colours: { d: ink(LAND.sandDark) }, of256: 34 },
    { rows: ['.lll...', '....ll.'], colours: { l: ink(LAND.sandLight) }, of256: 30 },
    { rows: ['.p.', 'ppd'], colours: { p: ink(LAND.pebble), d: ink(LAND.sandEdge) }, of256: 14 },
    {
      rows: ['.s.', 'sps', '.d.'],
      colours: { s: ink(LAND.shell), p: ink(LAND.petalPink), d: ink(LAND.sandEdge) },
      of256: 5,
    },
  ],
  [WATER]: [
    { rows: ['..www...', 'ww...www'], colours: { w: ink(LAND.water) }, of256: 46 },
    { rows: ['.www.', 'w...w'], colours: { w: ink(LAND.water) }, of256: 40 },
  ],
  [ROCK]: [
    { rows: ['k....', '.kk..', '...kk', '...k.'], colours: { k: ink(LAND.rockDark) }, of256: 40 },
    { rows: ['..lll', '.lll.', 'kkk..'], colours: { k: ink(LAND.rockDark), l: ink(LAND.rockLight) }, of256: 44 },
    { rows: ['.mm.', 'mmnm', '.mm.'], colours: { m: ink(LAND.grassEdge), n: ink(LAND.grass) }, of256: 18 },
  ],
};
