const MANNERS = [
  'Quiet',
  'Sunny',
  'Swift',
  'Gentle',
  'Curious',
  'Merry',
  'Brave',
  'Dreamy',
  'Nimble',
  'Patient',
  'Lucky',
  'Mossy',
];
const CREATURES = [
  'Heron',
  'Otter',
  'Fox',
  'Wren',
  'Hare',
  'Badger',
  'Finch',
  'Robin',
  'Hedgehog',
  'Lynx',
  'Swallow',
  'Beetle',
];

/** A friendly name for somebody who has not given one. */
export const guestName = (random: () => number): string => `${pick(MANNERS, random)} ${pick(CREATURES, random)}`;

const pick = (words: readonly string[], random: () => number): string =>
  words[Math.floor(random() * words.length)] ?? 'Guest';
