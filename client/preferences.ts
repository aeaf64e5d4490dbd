import { attempt } from './memory.ts';

/** How somebody wants the game to be, on this machine. */
export interface Preferences {
  /** Loudness from 0, which is silence, to 100. */
  readonly volume: number;
  /** Whose names stand over heads. */
  readonly names: 'everybody' | 'nobody';
  /** 'light' draws less and coarser, 'auto' does so where the machine is slow. */
  readonly quality: 'auto' | 'sharp' | 'light';
  /** Where the joystick of touch screens is; 'auto' shows it, on the left, on screens that are touched alone. */
  readonly joystick: 'auto' | 'left' | 'right' | 'off';
  /** CSS pixels to a pixel of the art, 0 for what suits the window. */
  readonly zoom: number;
  /** Whether the map is shown; 'auto' where there is room. */
  readonly map: 'auto' | 'shown' | 'hidden';
  /** Whether things move by themselves; 'auto' as the system says. */
  readonly motion: 'auto' | 'full' | 'calm';
  /** Day and night as the world has them, or always day. */
  readonly daylight: 'world' | 'day';
}

export const DEFAULTS: Preferences = {
  volume: 0,
  names: 'everybody',
  quality: 'auto',
  joystick: 'auto',
  zoom: 0,
  map: 'auto',
  motion: 'auto',
  daylight: 'world',
};

/** The words that each preference takes. */
export const CHOICES = {
  names: ['everybody', 'nobody'],
  quality: ['auto', 'sharp', 'light'],
  joystick: ['auto', 'left', 'right', 'off'],
  map: ['auto', 'shown', 'hidden'],
  motion: ['auto', 'full', 'calm'],
  daylight: ['world', 'day'],
} as const satisfies { readonly [K in keyof Preferences]?: readonly Preferences[K][] };

export const MAX_VOLUME = 100;
export const MAX_ZOOM = 12;

const KEY = 'flatlands.preferences';

/** Keeps the preferences, in the browser's storage where it may, and tells who watches of every change. */
export class PreferenceStore {
  readonly #storage: Storage | undefined;
  readonly #watchers = new Set<(preferences: Preferences) => void>();
  #current: Preferences;

  /** @param storage undefined where nothing can be kept */
  constructor(storage: Storage | undefined) {
    this.#storage = storage;
    this.#current = read(attempt(() => storage?.getItem(KEY)) ?? '{}');
  }

  get current(): Preferences {
    return this.#current;
  }

  change(change: Partial<Preferences>): void {
    this.#set({ ...this.#current, ...change });
  }

  reset(): void {
    this.#set(DEFAULTS);
  }

  /** Calls at once and after every change; returns how to stop. */
  watch(watcher: (preferences: Preferences) => void): () => void {
    this.#watchers.add(watcher);
    watcher(this.#current);
    return () => this.#watchers.delete(watcher);
  }

  #set(preferences: Preferences): void {
    this.#current = preferences;
    attempt(() => this.#storage?.setItem(KEY, JSON.stringify(preferences)));
    for (const watcher of this.#watchers) watcher(preferences);
  }
}

/** Reads what was kept; whatever makes no sense, as from another version, counts as not chosen. */
function read(text: string): Preferences {
  const parsed: unknown = attempt(() => JSON.parse(text));
  const kept = typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : {};
  const word = <T extends string>(choices: readonly T[], value: unknown, otherwise: T): T =>
    choices.find((choice) => choice === value) ?? otherwise;
  const number = (most: number, value: unknown, otherwise: number): number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most ? (value as number) : otherwise;
  return {
    volume: number(MAX_VOLUME, kept.volume, DEFAULTS.volume),
    names: word(CHOICES.names, kept.names, DEFAULTS.names),
    quality: word(CHOICES.quality, kept.quality, DEFAULTS.quality),
    joystick: word(CHOICES.joystick, kept.joystick, DEFAULTS.joystick),
    zoom: number(MAX_ZOOM, kept.zoom, DEFAULTS.zoom),
    map: word(CHOICES.map, kept.map, DEFAULTS.map),
    motion: word(CHOICES.motion, kept.motion, DEFAULTS.motion),
    daylight: word(CHOICES.daylight, kept.daylight, DEFAULTS.daylight),
  };
}
