import '../net-lab.css';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Client } from '../core/client.ts';
import type { LinkConditioner, LinkConditions } from '../core/link-conditioner.ts';
import { PERFECT } from '../core/link-conditioner.ts';
import { commandOf } from '../input/commands.ts';
import { element, setText } from './element.ts';
import { icon } from './icon.ts';
import { NetLabChip } from './net-lab-chip.ts';
import { LinkMeter, type LinkSample } from './net-lab-meter.ts';
import { Plot } from './net-lab-plot.ts';
import { areAlike, bandwidthWords, conditionWords, PRESETS, rhythmWords } from './net-lab-presets.ts';
import { ConditionSliders } from './net-lab-sliders.ts';

export interface NetLabPanelOptions {
  readonly conditioner: LinkConditioner;
  readonly areSquaresShown: () => boolean;
  readonly showSquares: (areShown: boolean) => void;
  open(): void;
  close(): void;
}

const milliseconds = (ms: number): string => `${Math.round(ms)} ms`;
const number = (value: number): string => String(Math.round(value));
const perSecond = (bytes: number): string => (bytes < 1 ? '0 B/s' : bandwidthWords(bytes));

interface PlotShape {
  readonly plot: Plot;
  readonly columns: readonly (keyof LinkSample)[];
}

/** Everything that is seen of the net lab: how the connection is made worse, and what comes of it. */
export class NetLabPanel {
  readonly #options: NetLabPanelOptions;
  readonly #meter = new LinkMeter();
  readonly #box: HTMLElement;
  readonly #sliders: ConditionSliders;
  readonly #presets: readonly { readonly button: HTMLButtonElement; readonly conditions: LinkConditions }[];
  readonly #words = element('p', 'lab-words');
  readonly #ghosts = checkBox();
  readonly #squares = checkBox();
  readonly #plots = plots();
  readonly #facts = {
    squares: fact(),
    players: fact(),
    frames: fact(),
    rhythm: fact(),
    ghosts: fact(),
    furthest: fact(),
  };
  readonly #chip: NetLabChip;
  /** Whether what has the focus got it from a pointer. */
  #isPointed = false;

  constructor(parent: HTMLElement, options: NetLabPanelOptions) {
    this.#options = options;
    const { conditioner } = options;
    this.#chip = new NetLabChip(parent, { open: () => options.open(), end: () => this.#set(PERFECT) });
    this.#sliders = new ConditionSliders(conditioner.conditions, {
      moved: (conditions) => this.#set(conditions),
      settled: () => this.#say(),
    });
    this.#presets = PRESETS.map(({ name, conditions }) => {
      const button = element('button', 'lab-preset', name);
      button.type = 'button';
      button.title = conditionWords(conditions) || 'The connection as it is';
      button.addEventListener('click', () => {
        this.#set(conditions);
        this.#say();
      });
      return { button, conditions };
    });
    this.#box = this.#build();
    this.#ghosts.checked = true;
    this.#squares.addEventListener('change', () => options.showSquares(this.#squares.checked));
    this.#listen();
    this.#box.hidden = true;
    parent.append(this.#box);
    this.#set(conditioner.conditions);
  }

  get areGhostsShown(): boolean {
    return this.#ghosts.checked;
  }

  open(): void {
    this.#meter.restart();
    this.#ghosts.checked = true;
    this.#box.hidden = false;
    this.#chip.show('');
    // From here the next Tab leads to what is in it, and the arrow keys still walk.
    if (document.activeElement === document.body) this.#box.focus({ preventScroll: true });
  }

  close(): void {
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && this.#box.contains(activeElement)) activeElement.blur();
    this.#box.hidden = true;
    this.#chip.show(conditionWords(this.#options.conditioner.conditions));
  }

  /** A frame has arrived. */
  frame(nowMs: number): void {
    this.#meter.frame(nowMs);
  }

  update(client: Client, nowMs: number): void {
    if (!this.#meter.sample(client, nowMs)) return;
    const { times, samples, latest } = this.#meter;
    for (const { plot, columns } of this.#plots) {
      plot.update(
        times,
        columns.map((column) => samples.map((sample) => sample[column])),
        nowMs / 1000,
      );
    }
    this.#squares.checked = this.#options.areSquaresShown();
    let players = 0;
    for (const { occupants } of client.squares.values()) players += occupants.size;
    setText(this.#facts.squares, String(client.squares.size));
    setText(this.#facts.players, String(players));
    setText(this.#facts.frames, latest?.framesPerSecond?.toFixed(1) ?? '–');
    setText(this.#facts.rhythm, client.rhythm === undefined ? '–' : rhythmWords(client.rhythm));
    const { count, furthest } = this.areGhostsShown ? ghostsOf(client) : { count: 0, furthest: 0 };
    setText(this.#facts.ghosts, String(count));
    setText(this.#facts.furthest, `${(furthest / UNITS_PER_TILE).toFixed(1)} tiles`);
  }

  #set(conditions: LinkConditions): void {
    const { conditioner } = this.#options;
    conditioner.set(conditions);
    this.#sliders.show(conditions);
    for (const preset of this.#presets) {
      preset.button.setAttribute('aria-pressed', String(areAlike(preset.conditions, conditions)));
    }
    if (this.#box.hidden) this.#chip.show(conditionWords(conditions));
  }

  /** Says what is made worse: once, and not for every step of a slider. */
  #say(): void {
    const words = conditionWords(this.#options.conditioner.conditions);
    setText(this.#words, words === '' ? 'The connection is as it is.' : `Made worse by ${words}.`);
  }

  #build(): HTMLElement {
    const close = element('button', 'lab-close', [icon('close')]);
    close.type = 'button';
    close.ariaLabel = 'Close the net lab';
    close.title = 'Close (N)';
    close.addEventListener('click', () => this.#options.close());
    const title = element('h2', 'lab-heading', 'Net lab');
    title.id = 'net-lab-title';
    const presets = element(
      'div',
      'lab-presets',
      this.#presets.map(({ button }) => button),
    );
    presets.setAttribute('role', 'group');
    presets.ariaLabel = 'Connections to try';
    this.#words.setAttribute('role', 'status');
    this.#words.classList.add('unseen');
    const { squares, players, frames, rhythm, ghosts, furthest } = this.#facts;
    rhythm.title = 'What is further away is told less often when the server has much to do';
    const facts = element('dl', 'lab-facts', [
      ...entry('Squares subscribed', squares),
      ...entry('Players in them', players),
      ...entry('Frames a second', frames),
      ...entry('News every', rhythm),
      ...entry('Ghosts', ghosts),
      ...entry('Furthest off', furthest),
    ]);
    const body = element('div', 'lab-body', [
      presets,
      this.#sliders.node,
      this.#words,
      element('div', 'lab-checks', [
        labelled(this.#ghosts, 'Ghosts: where the server says people are'),
        labelled(this.#squares, 'Squares I am subscribed to'),
      ]),
      element('div', 'lab-plots', [...this.#plots.map(({ plot }) => plot.node), facts]),
    ]);
    const box = element('section', 'lab', [element('header', 'lab-head', [title, close]), body]);
    box.setAttribute('aria-labelledby', title.id);
    box.tabIndex = -1;
    return box;
  }

  #listen(): void {
    this.#box.addEventListener('keydown', (event) => {
      this.#isPointed = false;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const isInput = event.target instanceof HTMLInputElement;
      if (isInput && (event.code === 'Enter' || event.code === 'NumpadEnter')) this.#box.focus({ preventScroll: true });
      // Sliders and boxes keep their keys from the game; Enter is done with them.
      const command = commandOf(event.code);
      if (command !== 'escape' && command !== 'netLab') return;
      event.preventDefault();
      // The key that opened it may still be down.
      if (!event.repeat) this.#options.close();
    });
    this.#box.addEventListener('pointerdown', () => {
      this.#isPointed = true;
    });
    // After the mouse the arrow keys are to walk again.
    const letGo = (): void => {
      if (this.#isPointed) this.#box.focus({ preventScroll: true });
    };
    this.#box.addEventListener('click', letGo);
    this.#box.addEventListener('change', letGo);
  }
}

function plots(): readonly PlotShape[] {
  const plot = (columns: readonly (keyof LinkSample)[], options: ConstructorParameters<typeof Plot>[0]): PlotShape => ({
    plot: new Plot(options),
    columns,
  });
  return [
    plot(['pingMs'], {
      title: 'Ping',
      lines: [{ colour: 'gold' }],
      leastTop: 50,
      write: milliseconds,
      writeShort: number,
    }),
    plot(['gapMs', 'longestGapMs'], {
      title: 'Frame gap',
      lines: [
        { colour: 'shallow', isJoined: true },
        { name: 'max', colour: 'pink', isDashed: true },
      ],
      leastTop: 200,
      write: number,
    }),
    plot(['inPerSecond', 'outPerSecond'], {
      title: 'Bytes',
      lines: [
        { name: 'in', colour: 'meadowLight' },
        { name: 'out', colour: 'amber', isDashed: true },
      ],
      leastTop: 1000,
      write: perSecond,
      writeShort: (bytes) => (bytes >= 1000 ? `${bytes / 1000}k` : String(bytes)),
    }),
    plot(['playbackDelayMs'], {
      title: 'Playback delay',
      lines: [{ colour: 'shallow' }],
      leastTop: 400,
      write: milliseconds,
      writeShort: number,
    }),
    plot(['corrections'], {
      title: 'Corrections',
      lines: [{ colour: 'pink' }],
      leastTop: 4,
      write: number,
    }),
  ];
}

/** How many ghosts there are, and how far the furthest is from where its person is shown, in units. */
function ghostsOf(client: Client): { readonly count: number; readonly furthest: number } {
  const shown = new Map<number, { readonly x: number; readonly y: number }>();
  for (const person of client.people()) shown.set(person.id, person);
  const [own, place] = [client.own, client.ownPosition()];
  if (own !== undefined && place !== undefined) shown.set(own.id, place);
  let count = 0;
  let furthest = 0;
  for (const { id, x, y } of client.truths()) {
    count++;
    const person = shown.get(id);
    if (person !== undefined) furthest = Math.max(furthest, Math.hypot(person.x - x, person.y - y));
  }
  return { count, furthest };
}

const fact = (): HTMLElement => element('dd', 'lab-fact');

const entry = (term: string, value: HTMLElement): HTMLElement[] => [element('dt', 'lab-term', term), value];

function checkBox(): HTMLInputElement {
  const input = element('input', 'lab-check');
  input.type = 'checkbox';
  return input;
}

const labelled = (input: HTMLInputElement, words: string): HTMLElement =>
  element('label', 'lab-check-label', [input, new Text(words)]);
