import type { TileKind } from '../../shared/tiles.ts';
import { drawTile } from '../view/art/tile-art.ts';
import { element } from './element.ts';
import { icon } from './icon.ts';
import { kindsOf, PALETTE_GROUPS, PaletteChoice, type PaletteGroup } from './palette-choice.ts';
import { pixelPicture } from './pixel-picture.ts';

export interface PaletteActions {
  undo(): void;
  done(): void;
}

/** The bar of build mode: the groups, and the kinds of the one that is chosen. */
export class Palette {
  readonly #choice = new PaletteChoice();
  readonly #box: HTMLElement;
  readonly #kinds = element('div', 'palette-kinds');
  readonly #groups = element('div', 'palette-groups');
  readonly #undo = element('button', 'palette-button');

  constructor(parent: HTMLElement, actions: PaletteActions) {
    this.#undo.type = 'button';
    this.#undo.ariaLabel = 'Undo';
    this.#undo.title = 'Take back what you built last (Z)';
    this.#undo.append(icon('undo'));
    this.#undo.addEventListener('click', () => actions.undo());
    const done = element('button', 'palette-button palette-done', 'Done');
    done.type = 'button';
    done.title = 'Stop building (B)';
    done.addEventListener('click', () => actions.done());
    this.#kinds.setAttribute('role', 'group');
    this.#groups.setAttribute('role', 'group');
    this.#groups.ariaLabel = 'What to build with';
    const kinds = element('div', 'palette-row', [this.#kinds, this.#undo, done]);
    this.#box = element('section', 'palette', [kinds, this.#groups]);
    this.#box.ariaLabel = 'Building';
    this.#box.hidden = true;
    parent.append(this.#box);
    this.#refresh();
  }

  /** The kind to build with; BARE for the eraser. */
  get kind(): number {
    return this.#choice.kind;
  }

  show(shown: boolean): void {
    this.#box.hidden = !shown;
  }

  setCanUndo(canUndo: boolean): void {
    // Not `disabled`: it would throw the focus away in the middle of undoing.
    this.#undo.setAttribute('aria-disabled', String(!canUndo));
  }

  /** A number key from 1; returns whether it is a group's. */
  chooseNumber(number: number): boolean {
    const group = PALETTE_GROUPS[number - 1]?.group;
    if (group === undefined) return false;
    this.#chooseGroup(group);
    return true;
  }

  #chooseGroup(group: PaletteGroup): void {
    this.#choice.chooseGroup(group);
    this.#refresh();
  }

  #refresh(): void {
    const { group: chosen, kind } = this.#choice;
    this.#refill(
      this.#groups,
      PALETTE_GROUPS.map(({ group, label }, index) => {
        const picture = group === 'eraser' ? icon('eraser') : tilePicture(this.#choice.lastOf(group));
        if (group === 'eraser') picture.classList.add('palette-eraser');
        const button = choiceButton(picture, group === chosen);
        const key = element('kbd', 'palette-key', String(index + 1));
        button.append(element('span', 'palette-label', label), key);
        // Else it would be read as a part of the name.
        key.setAttribute('aria-hidden', 'true');
        button.title = `${label} (${index + 1})`;
        button.classList.add('palette-group');
        button.addEventListener('click', () => {
          if (this.#choice.group !== group) this.#chooseGroup(group);
        });
        return button;
      }),
    );
    const kinds = kindsOf(chosen);
    this.#kinds.ariaLabel = PALETTE_GROUPS.find(({ group }) => group === chosen)?.label ?? '';
    if (kinds.length === 0) {
      this.#kinds.replaceChildren(element('span', 'palette-note', 'Drag over what is to go'));
      return;
    }
    this.#refill(
      this.#kinds,
      kinds.map((each) => this.#kindButton(each, each.number === kind)),
    );
    // Not scrollIntoView, which may scroll the page too.
    const current = this.#kinds.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (current !== null) {
      this.#kinds.scrollLeft = current.offsetLeft - this.#kinds.clientWidth / 2 + current.offsetWidth / 2;
    }
  }

  /** Replaces buttons, and keeps the focus on the one at the same place. */
  #refill(box: HTMLElement, buttons: readonly HTMLElement[]): void {
    const at = [...box.children].indexOf(document.activeElement as Element);
    box.replaceChildren(...buttons);
    buttons[at]?.focus({ preventScroll: true });
  }

  #kindButton(kind: TileKind, isChosen: boolean): HTMLElement {
    const button = choiceButton(tilePicture(kind.number), isChosen);
    button.ariaLabel = kind.name;
    button.title = kind.name;
    button.addEventListener('click', () => {
      this.#choice.choose(kind);
      this.#refresh();
    });
    return button;
  }
}

const tilePicture = (kind: number): HTMLElement => pixelPicture(drawTile(kind), 'palette-picture');

function choiceButton(picture: Element, isChosen: boolean): HTMLButtonElement {
  const button = element('button', 'palette-choice', [picture]);
  button.type = 'button';
  button.setAttribute('aria-pressed', String(isChosen));
  return button;
}
