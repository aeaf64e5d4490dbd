import type { ChatEntry } from '../core/chat-log.ts';
import type { Named } from '../memory.ts';
import { element } from './element.ts';
import { nameColour } from './name-colour.ts';

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const DAY_MS = 86_400_000;

/** What stands before the name, after it, and before the text. */
function framing({ kind, isOwn, to }: ChatEntry): readonly [before: string, after: string] {
  switch (kind) {
    case 'me':
      return ['', ' '];
    case 'roll':
      return ['', ' rolls '];
    case 'whisper':
      return isOwn && to !== undefined ? ['to ', ': '] : ['', ' whispers: '];
    default:
      return ['', ': '];
  }
}

/** The name a line shows: whom one whispered to, or who speaks. */
const shownName = ({ kind, isOwn, to, name }: ChatEntry): string =>
  kind === 'whisper' && isOwn && to !== undefined ? to : name;

/** A line as a sentence, for being read out. */
export function spokenLine(entry: ChatEntry): string {
  if (entry.kind === 'notice') return entry.text;
  const [before, after] = framing(entry);
  return `${before}${shownName(entry)}${after}${entry.text}`;
}

/** @param chosen is told whose name was pressed */
export function lineElement(entry: ChatEntry, chosen: (person: Named, name: HTMLElement) => void): HTMLElement {
  const { kind, player, name, text, atMs, isHistory, isOwn } = entry;
  const words = element('bdi', 'line-text', text);
  const line = element('li', `line is-${kind}`);
  line.classList.toggle('is-own', isOwn);
  line.classList.toggle('is-history', isHistory);
  const at = new Date(atMs);
  line.title = (Date.now() - atMs > DAY_MS ? DAY : CLOCK).format(at);
  if (kind === 'notice') {
    line.append(words);
    return line;
  }
  const [before, after] = framing(entry);
  line.append(before, nameElement(shownName(entry), isOwn ? undefined : { id: player, name }, chosen), after, words);
  return line;
}

/** A name that can be pressed, unless it is one's own. */
function nameElement(
  shown: string,
  person: Named | undefined,
  chosen: (person: Named, name: HTMLElement) => void,
): HTMLElement {
  if (person === undefined) return element('bdi', 'line-name', shown);
  const button = element('button', 'line-name', [element('bdi', '', shown)]);
  button.type = 'button';
  button.style.color = nameColour(person.id);
  button.addEventListener('click', () => chosen(person, button));
  return button;
}
