import { element } from './element.ts';
import { Popup } from './popup.ts';

/** Shows a link to be copied by hand, where the browser lets no page do so. */
export class LinkCard {
  readonly #field = element('input', 'link-field');
  readonly #popup: Popup;

  constructor(parent: HTMLElement) {
    this.#field.readOnly = true;
    this.#field.ariaLabel = 'Link to where you stand';
    const node = element('div', 'panel link-card', [element('p', 'link-words', 'Copy this link'), this.#field]);
    this.#popup = new Popup(node);
    parent.append(node);
  }

  get isOpen(): boolean {
    return this.#popup.isOpen;
  }

  close(): void {
    this.#popup.close();
  }

  show(link: string): void {
    this.#field.value = link;
    this.#popup.open();
    this.#field.select();
  }
}
