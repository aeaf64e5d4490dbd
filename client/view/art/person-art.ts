import { drawHead, type Facing } from './head-art.ts';
import { looksOf, type PersonInks } from './looks.ts';
import { PALETTE } from './palette.ts';
import { ink, Pixels, translucent } from './pixels.ts';

/** Size of one picture of a person, in pixels; the feet stand at FEET_X, FEET_Y. */
export const PERSON_WIDTH = 18;
export const PERSON_HEIGHT = 26;
export const FEET_X = 9;
export const FEET_Y = 24;
/** Pictures of a step: standing, the right foot in front, passing, the left foot in front. */
export const WALK_FRAMES = 4;
/** The eight directions, clockwise from east as headings turn. */
export const DIRECTIONS = [
  'east',
  'south-east',
  'south',
  'south-west',
  'west',
  'north-west',
  'north',
  'north-east',
] as const;

const FACING_OF_DIRECTION: readonly Facing[] = [
  'east',
  'southEast',
  'south',
  'southEast',
  'east',
  'northEast',
  'north',
  'northEast',
];

const SHOULDERS = 13;
const HIPS = 18;

// c cloth, C its shade, b belt. Turned by half, people show less of their breadth.
const TORSOS: Readonly<Record<Facing, readonly string[]>> = {
  south: ['.cccccC.', 'cccccccC', '.cccccC.', '.cccccC.', '.bbbbbb.'],
  southEast: ['.Cccccc.', '.Cccccc.', '.Cccccc.', '.cccccc.', '.bbbbbb.'],
  east: ['..CcCC..', '.CccCCC.', '.CccCCC.', '..CcCC..', '..bbbb..'],
  northEast: ['.cccccC.', '.cccccC.', '.cccccC.', '.cccccc.', '.bbbbbb.'],
  north: ['.cccccC.', 'cccccccC', '.cccccC.', '.ccccCC.', '.bbbbbb.'],
};

/** The picture of a person: look 0 to LOOKS - 1, direction 0–7 clockwise from east, frame 0 to WALK_FRAMES - 1. */
export function drawPerson(look: number, direction: number, frame: number): Pixels {
  const mirrored = direction >= 3 && direction <= 5;
  const facing = FACING_OF_DIRECTION[direction] as Facing;
  const { headwear, inks } = looksOf(look);
  const picture = new Pixels(PERSON_WIDTH, PERSON_HEIGHT);
  // A step lifts the body by a pixel.
  const bob = frame % 2;
  const step = frame === 1 ? 1 : frame === 3 ? -1 : 0;
  // In a mirrored picture left and right are exchanged: the same foot stays in front while somebody turns.
  const pose: Pose = { facing, step: mirrored ? -step : step, bob, inks };
  if (facing === 'east') drawSideways(picture, pose);
  else drawUpright(picture, pose);
  drawHead(picture, facing, 4, 4 - bob, headwear, inks);
  picture.outline(ink(PALETTE.ink));
  if (!mirrored) return picture;
  const other = new Pixels(PERSON_WIDTH, PERSON_HEIGHT);
  other.blit(picture, 0, 0, true);
  return other;
}

/** Somebody who is not quite here: the shape of a person without a look, seen through, with a brighter rim. */
export function drawGhost(): Pixels {
  const person = drawPerson(0, 2, 0);
  const picture = new Pixels(PERSON_WIDTH, PERSON_HEIGHT);
  const isClear = (x: number, y: number): boolean => person.at(x, y) === 0;
  for (let y = 0; y < PERSON_HEIGHT; y++) {
    for (let x = 0; x < PERSON_WIDTH; x++) {
      if (isClear(x, y)) continue;
      const isRim = isClear(x - 1, y) || isClear(x + 1, y) || isClear(x, y - 1) || isClear(x, y + 1);
      picture.set(x, y, isRim ? translucent(PALETTE.cream, 230) : translucent(PALETTE.shallow, 120));
    }
  }
  return picture;
}

interface Pose {
  readonly facing: Facing;
  /** 1 with the right foot in front, -1 with the left one, 0 with both below the body. */
  readonly step: number;
  /** By how many pixels the body is lifted. */
  readonly bob: number;
  readonly inks: PersonInks;
}

/** Legs, body and arms from the front, from behind, and turned by half; an arm swings against the leg below it. */
function drawUpright(picture: Pixels, { facing, step, bob, inks }: Pose): void {
  const away = facing === 'north' || facing === 'northEast';
  const turned = facing === 'southEast' || facing === 'northEast';
  const [hips, shoulders] = [HIPS - bob, SHOULDERS - bob];
  // The right leg is at the left of the screen for those who come, at the right for those who go.
  for (const isLeft of away ? [true, false] : [false, true]) {
    const isRight = isLeft !== away;
    const forward = isRight ? step : -step;
    // What goes away from the viewer is higher on the screen.
    const isUp = forward !== 0 && forward > 0 === away;
    // Whoever is turned by half has the far foot a little higher.
    const isFar = turned && isLeft === away;
    const lift = isUp ? 2 : isFar && forward === 0 ? 1 : 0;
    const shade = isFar || (!turned && !isLeft) ? inks.P : inks.p;
    drawLeg(picture, isLeft ? 6 : 9, turned ? forward : 0, hips, FEET_Y - lift, shade, inks.B);
  }
  const arm = (isLeft: boolean): void => {
    const forward = (isLeft !== away ? -step : step) as -1 | 0 | 1;
    const down = forward === 0 ? 0 : forward > 0 === away ? -1 : 1;
    const isFar = turned && isLeft === away;
    const x = turned ? (isLeft ? 3 : 12) + (isFar ? 0 : 1 + forward) - (isLeft ? 0 : 1) : isLeft ? 3 : 13;
    drawArm(picture, isFar && !isLeft ? x + 1 : x, shoulders + 1 + Math.min(0, down), down, isLeft, isFar, inks);
  };
  if (turned) {
    arm(away);
    picture.stamp(TORSOS[facing], 5, shoulders, inks);
    arm(!away);
    return;
  }
  arm(true);
  arm(false);
  picture.stamp(TORSOS[facing], 5, shoulders, inks);
}

/** A leg of three pixels' width from the hip down to the sole at `bottom`, its foot set forward by `stride` pixels. */
function drawLeg(
  picture: Pixels,
  x: number,
  stride: number,
  hips: number,
  bottom: number,
  cloth: number,
  boot: number,
): void {
  const knee = hips + 2;
  picture.rect(x, hips, 3, knee - hips, cloth);
  picture.rect(x + stride, knee, 3, bottom - 2 - knee, cloth);
  picture.rect(x + stride, bottom - 2, 3, 2, boot);
}

/** An arm that hangs from (x, y), longer by `down` pixels, with the hand at its end. */
function drawArm(
  picture: Pixels,
  x: number,
  y: number,
  down: number,
  isLit: boolean,
  isFar: boolean,
  inks: PersonInks,
): void {
  const length = 3 + Math.max(0, down);
  picture.rect(x, y, 2, length, isLit && !isFar ? inks.c : inks.C);
  picture.rect(x, y + length, 2, 1, isFar || !isLit ? inks.S : inks.s);
}

/** Seen from the right: the right arm and leg are the near ones, the left ones darker behind. */
function drawSideways(picture: Pixels, { facing, step, bob, inks }: Pose): void {
  const [hips, shoulders] = [HIPS - bob, SHOULDERS - bob];
  if (step === 0) {
    picture.rect(7, hips, 4, 4, inks.p);
    picture.rect(7, hips, 1, 4, inks.P);
    picture.rect(7, 22, 5, 2, inks.B);
  } else {
    const leg = (cloth: number, forward: number): void => {
      const lift = forward > 0 ? 0 : 1;
      picture.rect(7 + forward, hips, 3, 3, cloth);
      picture.rect(7 + 2 * forward, hips + 3, 3, 22 - lift - hips - 3, cloth);
      picture.rect(7 + 2 * forward, 22 - lift, forward > 0 ? 4 : 3, 2, inks.B);
    };
    leg(inks.P, -step);
    // The far hand, beside the body.
    picture.rect(step > 0 ? 12 : 5, shoulders + 3, 1, 1, inks.S);
    leg(inks.p, step);
  }
  picture.stamp(TORSOS[facing], 5, shoulders, inks);
  picture.rect(8, shoulders + 1, 2, 2, inks.c);
  picture.rect(8 - step, shoulders + 2, 2, 2, inks.c);
  picture.rect(8 - 2 * step, shoulders + 4, 2, 1, inks.s);
}
