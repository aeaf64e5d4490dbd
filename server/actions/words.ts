import { MAX_CHAT_LENGTH } from '../../shared/constants.ts';

/** Joiners that join no two pictures; the first of two may have a colour of skin. */
const LOOSE_JOINERS =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?)\u200D|\u200D(?!\p{Extended_Pictographic})/gu;

/**
 * A text fit to be shown: composed, on one line, without control and formatting characters (those that turn the
 * direction of writing among them), with no more than a few accents on a letter. Emoji keep their joiners.
 */
export function cleanText(text: string): string {
  return text
    .replace(LOOSE_JOINERS, ' ')
    .replace(/(?!\u200D)\p{C}|[\p{Zl}\p{Zp}]/gu, ' ')
    .normalize('NFC')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** In code points. */
export const isTooLong = (text: string): boolean => [...text].length > MAX_CHAT_LENGTH;

/** What a line of input asks for. */
export type Utterance =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'roll'; readonly dice: number; readonly sides: number }
  | { readonly kind: 'whisper'; readonly toId: number; readonly toName: string; readonly text: string }
  | { readonly kind: 'home' }
  | { readonly kind: 'home here' }
  | { readonly kind: 'wrong'; readonly sentence: string };

export const COMMANDS = '/me TEXT, /roll 2d6, /to NAME TEXT, /home and /home here';
const MAX_DICE = 20;
const MAX_SIDES = 1000;

const wrong = (sentence: string): Utterance => ({ kind: 'wrong', sentence });

/** Reads what a player has typed; `text` is clean. */
export function readUtterance(text: string): Utterance {
  if (text === '') return wrong('There is nothing to say.');
  if (!text.startsWith('/')) return isTooLong(text) ? tooLong() : { kind: 'line', text };
  const blank = text.indexOf(' ');
  const command = (blank < 0 ? text : text.slice(0, blank)).toLowerCase();
  const rest = blank < 0 ? '' : text.slice(blank + 1);
  switch (command) {
    case '/me':
      if (rest === '') return wrong('Say what you do: /me waves.');
      return isTooLong(rest) ? tooLong() : { kind: 'line', text: `/me ${rest}` };
    case '/roll':
      return readRoll(rest);
    case '/to':
      return readWhisper(rest);
    case '/home':
      if (rest === '') return { kind: 'home' };
      return rest === 'here' ? { kind: 'home here' } : wrong('It is /home to go there, and /home here to settle.');
    default:
      return wrong(`There is no ${command}; there are ${COMMANDS}.`);
  }
}

const tooLong = (): Utterance => wrong(`That is longer than ${MAX_CHAT_LENGTH} characters.`);

function readRoll(rest: string): Utterance {
  const parts = /^(\d{0,3})d(\d{1,4})$/i.exec(rest === '' ? '1d6' : rest);
  const dice = parts?.[1] === '' ? 1 : Number(parts?.[1]);
  const sides = Number(parts?.[2]);
  const isFine = dice >= 1 && dice <= MAX_DICE && sides >= 2 && sides <= MAX_SIDES;
  return isFine
    ? { kind: 'roll', dice, sides }
    : wrong(`Roll 1 to ${MAX_DICE} dice of 2 to ${MAX_SIDES} sides: /roll 2d6.`);
}

/** `NAME TEXT`, `NAME#ID TEXT`, `#ID TEXT`, `"NAME WITH BLANKS" TEXT`, `"NAME WITH BLANKS"#ID TEXT`. */
function readWhisper(rest: string): Utterance {
  const parts = /^(?:"([^"]*)"|([^\s"#]*))(?:#(\d{1,10}))? (.+)$/u.exec(rest);
  if (parts === null) return wrong('Say to whom, and what: /to NAME TEXT.');
  const [, quoted, bare = '', id = '0', text = ''] = parts;
  const toId = Number(id);
  const toName = quoted ?? bare;
  if (toId >= 2 ** 32 || (toId === 0 && toName === '')) return wrong('Say to whom, and what: /to NAME TEXT.');
  return isTooLong(text) ? tooLong() : { kind: 'whisper', toId, toName, text };
}

/** Rolls dice: the line that all can read. `random` gives numbers from [0, 1). */
export function rollDice(dice: number, sides: number, random: () => number): string {
  const rolled = Array.from({ length: dice }, () => 1 + Math.floor(random() * sides));
  const sum = rolled.reduce((a, b) => a + b, 0);
  return `/roll ${dice}d${sides}: ${dice === 1 ? '' : `${rolled.join(' + ')} = `}${sum}`;
}
