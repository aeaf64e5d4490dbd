import type { RevertProgress, TileArea } from '../../shared/moderation.ts';
import { element, setText } from '../ui/element.ts';
import type { AdminApi } from './admin-api.ts';
import { whole } from './figures.ts';

const SIDES = ['left', 'top', 'right', 'bottom'] as const;
const SIDE_WORDS = { left: 'From X', top: 'From Y', right: 'To X', bottom: 'To Y' } as const;

/** Undoes what somebody built, or what was built somewhere: first counted, then done, with how far that is. */
export class UndoPanel {
  readonly node: HTMLElement;
  readonly #api: () => AdminApi;
  readonly #player = numberField('Person, by number');
  readonly #hours = numberField('Of the last hours');
  readonly #sides = Object.fromEntries(SIDES.map((side) => [side, numberField(SIDE_WORDS[side])])) as Readonly<
    Record<(typeof SIDES)[number], NumberField>
  >;
  readonly #count = element('button', 'button', 'Count');
  readonly #undo = element('button', 'button is-grave', 'Undo');
  readonly #words = element('p', 'quiet');
  readonly #bar = element('progress', '');

  constructor(api: () => AdminApi) {
    this.#api = api;
    this.#hours.input.value = '24';
    this.#words.setAttribute('role', 'status');
    this.#bar.hidden = true;
    this.#bar.ariaLabel = 'How far it is';
    for (const button of [this.#count, this.#undo]) {
      button.type = 'button';
      button.disabled = true;
    }
    this.#count.addEventListener('click', () => void this.#ask(true));
    this.#undo.addEventListener('click', () => void this.#ask(false));
    const fields = [this.#player, this.#hours, ...SIDES.map((side) => this.#sides[side])].map(({ row }) => row);
    this.node = element('section', 'panel', [
      element('h2', '', 'Undo building'),
      element('p', 'quiet', 'Somebody’s, or everything in an area, or both. What others have built on top stays.'),
      element('div', 'fields', fields),
      element('div', 'buttons', [this.#count, this.#undo]),
      this.#bar,
      this.#words,
    ]);
  }

  set isWritable(isWritable: boolean) {
    for (const button of [this.#count, this.#undo]) button.disabled = !isWritable;
  }

  /** Names somebody, and goes to where it is said what of theirs. */
  about(player: number): void {
    this.#player.input.value = `${player}`;
    for (const side of SIDES) this.#sides[side].input.value = '';
    this.node.scrollIntoView({ behavior: 'smooth', block: 'center' });
    this.#hours.input.focus();
  }

  /** How far it is, as the server says. */
  show(progress: RevertProgress): void {
    const { phase, squares, tiles, setBack, passedOver } = progress;
    const isUnderWay = phase === 'looking' || phase === 'setting back';
    this.#bar.hidden = !isUnderWay;
    if (phase === 'looking') this.#bar.removeAttribute('value');
    else {
      this.#bar.max = Math.max(1, tiles);
      this.#bar.value = setBack + passedOver;
    }
    const stayed = passedOver === 0 ? '' : ` ${whole(passedOver)} were changed meanwhile, and stay.`;
    setText(
      this.#words,
      phase === 'looking'
        ? `Looking: ${whole(tiles)} tiles in ${whole(squares)} squares so far.`
        : `${LEAD[phase]} ${whole(setBack)} of ${whole(tiles)} tiles set back.${stayed}`,
    );
  }

  async #ask(isCount: boolean): Promise<void> {
    const asked = await this.#api().post<RevertProgress>('/revert', { ...this.#choice(), dryRun: isCount });
    if (asked.kind !== 'done') setText(this.#words, asked.sentence);
    else if (isCount) setText(this.#words, `${whole(asked.answer.tiles)} tiles would be set back.`);
  }

  #choice(): { player?: number; area?: TileArea; minutes: number } {
    const values = SIDES.map((side) => this.#sides[side].input.value);
    const [left = 0, top = 0, right = 0, bottom = 0] = values.map(Number);
    return {
      ...(this.#player.input.value === '' ? {} : { player: Number(this.#player.input.value) }),
      ...(values.every((value) => value === '') ? {} : { area: { left, top, right, bottom } }),
      minutes: Number(this.#hours.input.value) * 60,
    };
  }
}

const LEAD = { 'setting back': 'Under way:', done: 'Done:', stopped: 'Stopped:', failed: 'It failed:' } as const;

interface NumberField {
  readonly input: HTMLInputElement;
  readonly row: HTMLElement;
}

let fields = 0;

function numberField(words: string): NumberField {
  const input = element('input', 'field');
  input.type = 'number';
  input.id = `undo-${++fields}`;
  const label = element('label', '', words);
  label.htmlFor = input.id;
  return { input, row: element('div', 'field-row', [label, input]) };
}
