import { element } from './element.ts';

export interface Notice {
  readonly title: string;
  readonly sentences: readonly string[];
  /** Offered where trying again may help. */
  readonly button?: { readonly words: string; press(): void };
}

/** Fills the page with plain sentences where the game cannot run. */
export function showNotice(parent: HTMLElement, { title, sentences, button }: Notice): void {
  const card = element('main', 'card notice', [
    element('h1', 'card-title card-title-small', title),
    ...sentences.map((sentence) => element('p', 'card-tagline', sentence)),
  ]);
  if (button !== undefined) {
    const node = element('button', 'button card-play', button.words);
    node.type = 'button';
    node.addEventListener('click', () => button.press());
    card.append(node);
  }
  const veil = element('div', 'veil is-bare', [card]);
  veil.setAttribute('role', 'alert');
  parent.replaceChildren(veil);
}
