import { describe, expect, test } from 'vitest';
import { CHOICES, DEFAULTS, MAX_VOLUME, PreferenceStore, type Preferences } from '../../client/preferences.ts';
import { CHOICE_WORDS } from '../../client/ui/settings-panel.ts';

/** Storage as browsers have it, in memory. */
class Shelf implements Storage {
  [name: string]: unknown;
  readonly #items = new Map<string, string>();
  get length(): number {
    return this.#items.size;
  }
  clear(): void {
    this.#items.clear();
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
}

const KEY = 'flatlands.preferences';

describe('preferences', () => {
  test('begin with sound off and everything else left to itself', () => {
    expect(new PreferenceStore(new Shelf()).current).toEqual(DEFAULTS);
    expect(DEFAULTS.volume).toBe(0);
  });

  test('are kept, and told to whoever watches: at once, after every change, and no more once they stop', () => {
    const shelf = new Shelf();
    const store = new PreferenceStore(shelf);
    const seen: Preferences[] = [];
    const stop = store.watch((preferences) => seen.push(preferences));
    store.change({ volume: 35 });
    store.change({ names: 'nobody', zoom: 3 });
    stop();
    store.change({ map: 'hidden' });
    expect(seen.map(({ volume, names, zoom }) => [volume, names, zoom])).toEqual([
      [0, 'everybody', 0],
      [35, 'everybody', 0],
      [35, 'nobody', 3],
    ]);
    expect(new PreferenceStore(shelf).current).toEqual({
      ...DEFAULTS,
      volume: 35,
      names: 'nobody',
      zoom: 3,
      map: 'hidden',
    });
    store.reset();
    expect(new PreferenceStore(shelf).current).toEqual(DEFAULTS);
  });

  test('hold for this page where nothing can be kept', () => {
    const store = new PreferenceStore(undefined);
    store.change({ motion: 'calm' });
    expect(store.current.motion).toBe('calm');
  });

  test.each([
    '',
    'null',
    '[]',
    '{',
    '{"volume":-1,"zoom":1.5,"names":"some","quality":7,"map":null}',
    `{"volume":${MAX_VOLUME + 1},"daylight":"night","motion":{},"joystick":"auto "}`,
  ])('that make no sense count as not chosen: %s', (kept) => {
    const shelf = new Shelf();
    shelf.setItem(KEY, kept);
    expect(new PreferenceStore(shelf).current).toEqual(DEFAULTS);
  });

  test('of which some make sense are taken for those', () => {
    const shelf = new Shelf();
    shelf.setItem(KEY, '{"volume":100,"names":"nobody","quality":"best","later":true}');
    expect(new PreferenceStore(shelf).current).toEqual({ ...DEFAULTS, volume: 100, names: 'nobody' });
  });
});

test('the settings offer every word that a preference takes, each once, the usual one first', () => {
  for (const [key, choices] of Object.entries(CHOICES)) {
    const { options, label, about } = CHOICE_WORDS[key as keyof typeof CHOICES];
    const values: readonly string[] = options.map(([value]) => value);
    expect(values, key).toEqual([...choices]);
    expect(values[0], key).toBe(DEFAULTS[key as keyof typeof CHOICES]);
    expect([label, about].every((words) => words.length > 0)).toBe(true);
  }
});
