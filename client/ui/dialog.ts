import { element } from './element.ts';
import { icon } from './icon.ts';

export interface DialogOptions {
  /** The id of the heading that names it. */
  readonly titleId: string;
  /** Places of the keys that open it, as `KeyboardEvent.code` names them: they close it too. */
  readonly codes?: readonly string[];
  closed?(): void;
}

/**
 * A card over everything, and nothing behind it can be reached while it is open. Escape closes it, as do the keys that
 * open it and a press beside the card. The focus goes back to where it was, if it was there for the keyboard's sake.
 */
export class Dialog {
  readonly #node: HTMLDialogElement;
  /** What gets the focus back. */
  #opener: HTMLElement | undefined;

  constructor(parent: HTMLElement, card: HTMLElement, { titleId, codes = [], closed }: DialogOptions) {
    // A press on a card that could not have the focus would give it to the page behind, and the game the keys.
    card.tabIndex = -1;
    const node = element('dialog', 'card-dialog', [card]);
    this.#node = node;
    node.setAttribute('aria-labelledby', titleId);
    // Escape, or the gesture that goes back.
    node.addEventListener('cancel', () => this.close());
    node.addEventListener('close', () => closed?.());
    node.addEventListener('keydown', (event) => {
      const { code, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isWriting(target)) return;
      if (!codes.includes(code)) return;
      event.preventDefault();
      this.close();
    });
    // Nor does a press beside it give the focus away, whichever button it is: not every one closes the card.
    node.addEventListener('mousedown', (event) => {
      if (event.target === node) event.preventDefault();
    });
    let isBeside = false;
    node.addEventListener('pointerdown', ({ target }) => {
      isBeside = target === node;
    });
    // Only a whole press: one that begins on the card and ends beside it may be marking a text.
    node.addEventListener('click', ({ target }) => {
      if (isBeside && target === node) this.close();
    });
    parent.append(node);
  }

  get isOpen(): boolean {
    return this.#node.open;
  }

  open(): void {
    if (this.isOpen) return;
    const { activeElement } = document;
    const isForKeyboard = activeElement instanceof HTMLElement && activeElement.matches(':focus-visible');
    this.#opener = isForKeyboard ? activeElement : undefined;
    this.#node.showModal();
  }

  close(): void {
    if (!this.isOpen) return;
    this.#node.close();
    const opener = this.#opener;
    this.#opener = undefined;
    if (opener?.isConnected === true) opener.focus();
    // The browser gives it back to a button that was clicked, and the space bar would press that again.
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }
}

/** Whether letters go into what has the focus. */
const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !/^(?:radio|range)$/.test(target.type));

export interface SheetOptions {
  /** Begins the ids within. */
  readonly id: string;
  readonly title: string;
  /** See DialogOptions. */
  readonly codes: readonly string[];
  /** What scrolls between head and foot. */
  readonly body: readonly Node[];
  readonly foot: readonly Node[];
}

/** A dialog with a head that stays, with a button that closes it, and a body that scrolls. */
export function sheet(parent: HTMLElement, { id, title, codes, body, foot }: SheetOptions): Dialog {
  const heading = element('h2', 'card-title card-title-small', title);
  heading.id = `${id}-title`;
  const close = element('button', 'sheet-close', [icon('close')]);
  close.type = 'button';
  close.ariaLabel = 'Close';
  close.title = 'Close (Esc)';
  const content = element('div', 'sheet-body', body);
  // What scrolls has to be reached by the keyboard, also where nothing in it can be.
  content.tabIndex = 0;
  content.autofocus = true;
  content.setAttribute('role', 'group');
  content.setAttribute('aria-labelledby', heading.id);
  const head = element('div', 'sheet-head', [heading, close]);
  const card = element('div', 'card sheet', [head, content, element('div', 'sheet-foot', foot)]);
  const dialog = new Dialog(parent, card, { titleId: heading.id, codes });
  close.addEventListener('click', () => dialog.close());
  return dialog;
}
