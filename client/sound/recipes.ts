/** What can be heard. */
export type SoundName = 'step' | 'gem' | 'line' | 'whisper' | 'build' | 'refused' | 'emote';

/** What feet come down on, as far as it can be heard. */
export type Footing = 'grass' | 'sand' | 'stone' | 'planks' | 'shallow';

/** What is to be known of a sound besides its name. */
export interface SoundDetail {
  /** Of a step; grass unless told otherwise. */
  readonly footing?: Footing;
  /** Of a gem; 1 unless told otherwise. */
  readonly points?: number;
}

/** One swelling and fading part of a sound: a tone, or noise behind a filter. */
export interface Part {
  readonly kind: 'sine' | 'triangle' | 'noise';
  /** Pitch of a tone, middle of a noise's band. */
  readonly hz: number;
  /** What `hz` has become at the end. */
  readonly toHz: number;
  /** When it begins, in seconds from the sound's beginning. */
  readonly atS: number;
  /** How long it swells, and how long it lasts in all. */
  readonly attackS: number;
  readonly lastsS: number;
  /** The highest amplitude, from 0 to 1. */
  readonly level: number;
}

export interface Recipe {
  readonly parts: readonly Part[];
  /** How far away it is still heard, in tiles. */
  readonly reachTiles: number;
  /** The same sound is not played again sooner. */
  readonly gapS: number;
}

/** What counts as silence: 66 dB under the loudest. */
const SILENCE = 0.0005;
/** Gems are bells a third apart for each worth. */
const BELL_HZ: Readonly<Record<number, number>> = { 1: 784, 5: 988, 25: 1319 };
/** A step is so much higher or lower than the last, at most. */
const STEP_SPREAD = 0.12;

const STEPS: Readonly<Record<Footing, readonly Part[]>> = {
  grass: [noise(900, 500, 0.09, 0.14), noise(2600, 1800, 0.05, 0.04)],
  sand: [noise(2200, 1300, 0.12, 0.12)],
  stone: [tone('triangle', 190, 120, 0.05, 0.06), noise(3200, 2400, 0.03, 0.1)],
  planks: [tone('triangle', 150, 95, 0.09, 0.1), noise(1100, 700, 0.05, 0.06)],
  shallow: [noise(700, 1500, 0.14, 0.16), tone('sine', 420, 760, 0.09, 0.035, 0.03)],
};

/**
 * What a sound is made of.
 * @param random from [0, 1): no two steps are quite alike
 */
export function recipeOf(
  name: SoundName,
  { footing = 'grass', points = 1 }: SoundDetail,
  random: () => number,
): Recipe {
  switch (name) {
    case 'step':
      return { parts: bent(STEPS[footing], 1 + (random() - 0.5) * STEP_SPREAD), reachTiles: 9, gapS: 0.08 };
    case 'gem':
      return { parts: bells(points), reachTiles: 16, gapS: 0.05 };
    case 'line':
      return { parts: [tone('sine', 620, 700, 0.11, 0.12)], reachTiles: 40, gapS: 0.2 };
    case 'whisper':
      return {
        parts: [tone('sine', 520, 540, 0.14, 0.12), tone('sine', 780, 800, 0.2, 0.1, 0.1)],
        reachTiles: 40,
        gapS: 0.2,
      };
    case 'build':
      return {
        parts: [tone('triangle', 240, 130, 0.09, 0.2), noise(1600, 900, 0.05, 0.1)],
        reachTiles: 12,
        gapS: 0.06,
      };
    case 'refused':
      return {
        parts: [tone('triangle', 220, 205, 0.12, 0.14), tone('triangle', 165, 150, 0.18, 0.14, 0.11)],
        reachTiles: 40,
        gapS: 0.3,
      };
    case 'emote':
      return { parts: [tone('sine', 500, 900, 0.12, 0.13)], reachTiles: 14, gapS: 0.12 };
  }
}

/** How loud something is that is so many tiles away: 1 here, 0 from the sound's reach on. */
export function loudnessAt(distanceTiles: number, reachTiles: number): number {
  const near = Math.max(0, 1 - distanceTiles / reachTiles);
  return near * near;
}

/** How long a sound lasts, in seconds. */
export const lengthOf = ({ parts }: Recipe): number => Math.max(...parts.map(({ atS, lastsS }) => atS + lastsS));

/** A point that the amplitude goes through. */
export interface EnvelopePoint {
  readonly atS: number;
  readonly level: number;
}

export type Envelope = readonly [start: EnvelopePoint, top: EnvelopePoint, end: EnvelopePoint];

/** How a part swells and fades: from silence straight to its level, then ever more slowly to silence again. */
export const envelope = ({ atS, attackS, lastsS, level }: Part): Envelope => [
  { atS, level: SILENCE },
  { atS: atS + attackS, level },
  { atS: atS + lastsS, level: SILENCE },
];

/** The higher the worth the higher the first bell, and the more bells follow it. */
function bells(points: number): readonly Part[] {
  const hz = BELL_HZ[points] ?? 784;
  const intervals = points >= 25 ? [1, 1.25, 1.5, 2] : points >= 5 ? [1, 1.25, 1.5] : [1, 1.5];
  return intervals.flatMap((interval, index) => [
    tone('sine', hz * interval, hz * interval, 0.4, 0.14, index * 0.07),
    // A bell's second tone is no whole multiple of its first.
    tone('sine', hz * interval * 2.76, hz * interval * 2.76, 0.16, 0.03, index * 0.07),
  ]);
}

function tone(kind: 'sine' | 'triangle', hz: number, toHz: number, lastsS: number, level: number, atS = 0): Part {
  return { kind, hz, toHz, atS, attackS: Math.min(0.008, lastsS / 4), lastsS, level };
}

function noise(hz: number, toHz: number, lastsS: number, level: number): Part {
  return { kind: 'noise', hz, toHz, atS: 0, attackS: Math.min(0.012, lastsS / 4), lastsS, level };
}

const bent = (parts: readonly Part[], by: number): readonly Part[] =>
  parts.map((part) => ({ ...part, hz: part.hz * by, toHz: part.toHz * by }));
