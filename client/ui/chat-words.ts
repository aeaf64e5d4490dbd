import type { Named } from '../memory.ts';

/** A command that begins with a slash. */
export interface Command {
  readonly word: string;
  /** What follows it. */
  readonly rest: string;
  readonly meaning: string;
}

/** What can be said with a slash; the last two are understood by the page, the others by the server. */
export const COMMANDS: readonly Command[] = [
  { word: '/me', rest: 'waves', meaning: 'say what you do' },
  { word: '/roll', rest: '2d6', meaning: 'roll dice' },
  { word: '/to', rest: 'NAME hello', meaning: 'whisper to one person' },
  { word: '/home', rest: '', meaning: 'go to your own place' },
  { word: '/home', rest: 'here', meaning: 'make this your own place' },
  { word: '/mute', rest: 'NAME', meaning: 'hear no more of somebody' },
  { word: '/unmute', rest: 'NAME', meaning: 'hear them again' },
];

/** The commands that a text may still become; none for what is no command. */
export function matchingCommands(text: string): readonly Command[] {
  if (!text.startsWith('/')) return [];
  const [typed = '', ...others] = text.split(' ');
  // Once its name is complete a command is that one, whatever begins alike.
  return COMMANDS.filter(({ word }) => (others.length > 0 ? word === typed : word.startsWith(typed)));
}

/** A command that the page itself carries out. */
export interface PageCommand {
  readonly kind: 'mute' | 'unmute';
  readonly name: string;
}

/** Reads `/mute NAME` and `/unmute NAME`; undefined for anything else. */
export function readPageCommand(text: string): PageCommand | undefined {
  const match = /^\/(mute|unmute)(?:\s+(.*))?$/u.exec(text.trim());
  if (match === null) return undefined;
  return { kind: match[1] as PageCommand['kind'], name: unquoted((match[2] ?? '').trim()) };
}

/** Without the quotes that `/to` needs around a name with blanks. */
const unquoted = (name: string): string => name.replace(/^"([^"]*)"/u, '$1');

/** Whom a name means, `NAME#ID` too: the first of that spelling, or else of that one whatever the case. */
export function findNamed(wanted: string, people: readonly Named[]): Named | undefined {
  const number = /#(\d{1,10})$/u.exec(wanted)?.[1] ?? Number.NaN;
  const byNumber = people.find(({ id }) => id === Number(number));
  if (byNumber !== undefined) return byNumber;
  const folded = wanted.toLocaleLowerCase();
  return people.find(({ name }) => name === wanted) ?? people.find(({ name }) => name.toLocaleLowerCase() === folded);
}

/**
 * How a whisper to somebody begins; the number tells them from others of that name. A name that would be read otherwise
 * is left out: the number is enough.
 */
export function whisperTo({ id, name }: Named): string {
  const plain = name.endsWith(`#${id}`) ? name.slice(0, -`#${id}`.length) : name;
  if (/["#]/u.test(plain)) return `/to #${id} `;
  return /\s/u.test(plain) ? `/to "${plain}"#${id} ` : `/to ${plain}#${id} `;
}
