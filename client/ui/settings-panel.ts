import { COMMAND_KEYS } from '../input/commands.ts';
import { type CHOICES, MAX_VOLUME, MAX_ZOOM, type PreferenceStore, type Preferences } from '../preferences.ts';
import type { Sound } from '../sound/sound.ts';
import { type Dialog, sheet } from './dialog.ts';
import { element, setText } from './element.ts';

/** The preferences that are one of a few words. */
type Chosen = keyof typeof CHOICES;

interface ChoiceWords<K extends Chosen> {
  readonly label: string;
  readonly about: string;
  /** In the order in which they stand, each with what is written on it. */
  readonly options: readonly (readonly [value: Preferences[K], words: string])[];
}

/** What the choices are called. */
export const CHOICE_WORDS: { readonly [K in Chosen]: ChoiceWords<K> } = {
  names: {
    label: 'Names over heads',
    about: 'Whose names you read in the world; the chat has them always.',
    options: [
      ['everybody', 'Everybody'],
      ['nobody', 'Nobody'],
    ],
  },
  quality: {
    label: 'Quality',
    about: 'Light draws coarser and saves power; left to itself, the game does so where it is slow.',
    options: [
      ['auto', 'By itself'],
      ['sharp', 'Sharp'],
      ['light', 'Light'],
    ],
  },
  daylight: {
    label: 'Day and night',
    about: 'The same for everybody in the world, or always day for you.',
    options: [
      ['world', 'As in the world'],
      ['day', 'Always day'],
    ],
  },
  motion: {
    label: 'Motion',
    about: 'Calm: water, gems and cards keep still, and only people move.',
    options: [
      ['auto', 'As the system says'],
      ['full', 'Full'],
      ['calm', 'Calm'],
    ],
  },
  joystick: {
    label: 'Joystick',
    about: 'To walk with a thumb; left to itself, it is there on screens that are touched.',
    options: [
      ['auto', 'By itself'],
      ['left', 'Left'],
      ['right', 'Right'],
      ['off', 'Off'],
    ],
  },
  map: {
    label: 'Map',
    about: 'The squares around you, with people as dots; left to itself, it is there where there is room.',
    options: [
      ['auto', 'By itself'],
      ['shown', 'Shown'],
      ['hidden', 'Hidden'],
    ],
  },
};

const VOLUME_STEP = 5;

/** The dialog to change the preferences in; each takes effect at once, and is kept. */
export class SettingsPanel {
  readonly #preferences: PreferenceStore;
  readonly #dialog: Dialog;
  /** Each shows what one preference is. */
  readonly #shows: ((preferences: Preferences) => void)[] = [];

  constructor(parent: HTMLElement, preferences: PreferenceStore, sound: Sound) {
    this.#preferences = preferences;
    const reset = element('button', 'button sheet-button', 'Back to the defaults');
    reset.type = 'button';
    reset.addEventListener('click', () => preferences.reset());
    const body = [
      section('Sound', [this.#volume(sound)]),
      section('Names', [this.#choice('names')]),
      section('Look', [this.#choice('quality'), this.#choice('daylight'), this.#choice('motion')]),
      section('Controls', [this.#choice('joystick'), this.#zoom(), this.#choice('map')]),
      element('p', 'sheet-hint', 'All of it takes effect at once, and is kept in this browser.'),
    ];
    const codes = COMMAND_KEYS.find(({ command }) => command === 'settings')?.codes ?? [];
    this.#dialog = sheet(parent, { id: 'settings', title: 'Settings', codes, body, foot: [reset] });
    preferences.watch((current) => {
      for (const show of this.#shows) show(current);
    });
  }

  get isOpen(): boolean {
    return this.#dialog.isOpen;
  }

  open(): void {
    this.#dialog.open();
  }

  close(): void {
    this.#dialog.close();
  }

  #choice<K extends Chosen>(key: K): HTMLElement {
    const { label, about, options } = CHOICE_WORDS[key];
    const radios = options.map(([value, words]) => {
      const radio = element('input', 'segment-radio');
      radio.type = 'radio';
      radio.name = `settings-${key}`;
      radio.addEventListener('change', () => {
        const change: Partial<Preferences> = { [key]: value };
        this.#preferences.change(change);
      });
      this.#shows.push((current) => {
        radio.checked = current[key] === value;
      });
      return element('label', 'segment', [radio, element('span', 'segment-words', words)]);
    });
    const words = aboutElement(`settings-${key}`, about);
    const group = element('fieldset', 'setting', [
      element('legend', 'setting-label', label),
      words,
      element('div', 'segments', radios),
    ]);
    group.setAttribute('aria-describedby', words.id);
    return group;
  }

  #volume(sound: Sound): HTMLElement {
    const test = element('button', 'button setting-test', 'Try it');
    test.type = 'button';
    test.addEventListener('click', () => sound.play('gem', 0, { points: 5 }));
    this.#shows.push(({ volume }) => {
      test.disabled = volume === 0;
    });
    return this.#slider({
      key: 'volume',
      label: 'Volume',
      about: 'Steps, gems, talk and building; off at the left end.',
      most: MAX_VOLUME,
      step: VOLUME_STEP,
      words: (volume) => (volume === 0 ? 'Off' : `${volume} %`),
      beside: [test],
    });
  }

  #zoom(): HTMLElement {
    return this.#slider({
      key: 'zoom',
      label: 'Zoom',
      about:
        'How large a pixel of the picture is; at the left end, what suits the window. The keys +, − and 0 do the same.',
      most: MAX_ZOOM,
      step: 1,
      words: (zoom) => (zoom === 0 ? 'By itself' : `${zoom}×`),
      beside: [],
    });
  }

  #slider({ key, label, about, most, step, words, beside }: SliderWords): HTMLElement {
    const range = element('input', 'setting-range');
    range.type = 'range';
    range.id = `settings-${key}`;
    range.min = '0';
    range.max = String(most);
    range.step = String(step);
    range.addEventListener('input', () => this.#preferences.change({ [key]: range.valueAsNumber }));
    const name = element('label', 'setting-label', label);
    name.htmlFor = range.id;
    const explained = aboutElement(range.id, about);
    range.setAttribute('aria-describedby', explained.id);
    const value = element('output', 'setting-value');
    value.htmlFor.add(range.id);
    // The slider itself says it to those who do not see it.
    value.ariaHidden = 'true';
    this.#shows.push((current) => {
      const shown = current[key];
      range.value = String(shown);
      range.setAttribute('aria-valuetext', words(shown));
      setText(value, words(shown));
    });
    const row = element('div', 'setting-row', [range, value, ...beside]);
    return element('div', 'setting', [name, explained, row]);
  }
}

interface SliderWords {
  readonly key: 'volume' | 'zoom';
  readonly label: string;
  readonly about: string;
  readonly most: number;
  readonly step: number;
  /** What a value is called. */
  readonly words: (value: number) => string;
  /** Stands behind the slider. */
  readonly beside: readonly HTMLElement[];
}

const section = (title: string, settings: readonly HTMLElement[]): HTMLElement =>
  element('section', 'sheet-section', [element('h3', 'sheet-title', title), ...settings]);

function aboutElement(id: string, about: string): HTMLElement {
  const node = element('p', 'setting-about', about);
  node.id = `${id}-about`;
  return node;
}
