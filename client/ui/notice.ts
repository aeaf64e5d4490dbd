import { element } from './element.ts';

/** Fills the page with a plain sentence where the game cannot run. */
export function showNotice(parent: HTMLElement, title: string, sentences: readonly string[]): void {
  const card = element('main', 'card notice', [
    element('h1', 'card-title', title),
    ...sentences.map((sentence) => element('p', 'card-tagline', sentence)),
  ]);
  parent.replaceChildren(element('div', 'veil', [card]));
}
