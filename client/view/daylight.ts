import { TICK_MS } from '../../shared/constants.ts';

/** A day of the world lasts so long in world time, in minutes: an evening of play sees a few of them. */
export const DAY_MINUTES = 24;

/** The light of noon, which changes no colour. */
export const NOON = 0xffffff;
/** The light of night: bluish, and bright enough to see everybody and every wall by. */
export const NIGHT = 0x8b95ca;
const DAWN = 0xf6c6bd;
const DUSK = 0xffd8aa;

const TICKS_PER_MINUTE = 60_000 / TICK_MS;
const DAY_TICKS = DAY_MINUTES * TICKS_PER_MINUTE;
/** The light changes in steps of so many ticks, half a second: every step sends the colours of all that is drawn anew. */
const STEP_TICKS = 10;

/** From when on which light is there, in minutes of the day, which begins in the morning. Between two it blends. */
const LIGHTS: readonly (readonly [fromMinute: number, light: number])[] = [
  [0, NOON],
  [13, NOON],
  [14.5, DUSK],
  [16, NIGHT],
  [21, NIGHT],
  [22.5, DAWN],
  [DAY_MINUTES, NOON],
];

/** From when on the time of day has a name, in minutes of the day. */
const NAMES = [
  [0, 'morning'],
  [3, 'day'],
  [13, 'evening'],
  [15.5, 'night'],
  [22, 'morning'],
] as const;

export type TimeOfDay = (typeof NAMES)[number][1];

/** The light at a world time, as 0xRRGGBB that every colour of the land is multiplied by. */
export function lightAt(tick: number): number {
  const minute = minuteOf(Math.floor(tick / STEP_TICKS) * STEP_TICKS);
  const next = LIGHTS.findIndex(([from]) => from > minute);
  const [from, before] = LIGHTS[next - 1] as (typeof LIGHTS)[number];
  const [to, after] = LIGHTS[next] as (typeof LIGHTS)[number];
  return before === after ? before : blend(before, after, (minute - from) / (to - from));
}

/** How dark a light is: 0 at noon, 1 at night, in steps of 1/16. */
export const darknessOf = (light: number): number =>
  Math.round(
    Math.min(1, Math.max(0, (luminance(NOON) - luminance(light)) / (luminance(NOON) - luminance(NIGHT)))) * 16,
  ) / 16;

/** What people call the time of day at a world time. */
export function timeOfDayAt(tick: number): TimeOfDay {
  const minute = minuteOf(tick);
  return NAMES.findLast(([from]) => from <= minute)?.[1] ?? 'morning';
}

/** One colour as another light shows it: both as 0xRRGGBB. */
export const lit = (colour: number, light: number): number =>
  joined((shift) => (channel(colour, shift) * channel(light, shift)) / 0xff);

const minuteOf = (tick: number): number => (tick % DAY_TICKS) / TICKS_PER_MINUTE;

/** Between two colours, gently at both ends. */
function blend(from: number, to: number, part: number): number {
  const eased = part * part * (3 - 2 * part);
  return joined((shift) => channel(from, shift) + (channel(to, shift) - channel(from, shift)) * eased);
}

const channel = (colour: number, shift: number): number => (colour >>> shift) & 0xff;

const joined = (at: (shift: number) => number): number =>
  (Math.round(at(16)) << 16) | (Math.round(at(8)) << 8) | Math.round(at(0));

/** How bright a colour seems, 0 to 255 (Rec. 709 weights). */
const luminance = (colour: number): number =>
  0.2126 * channel(colour, 16) + 0.7152 * channel(colour, 8) + 0.0722 * channel(colour, 0);
