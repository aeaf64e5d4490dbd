import { MAX_NAME_LENGTH } from '../../shared/constants.ts';

/** A name fit to be shown: composed, without control and formatting characters, of bounded length, never empty. */
export function cleanName(wanted: string, id: number): string {
  const visible = wanted
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    // `NAME#ID` and `"NAME"` are how people of like names are told apart and addressed.
    .replace(/[#"]/g, '')
    // Only now, for what is taken out may have kept apart what belongs together.
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim();
  const name = [...visible].slice(0, MAX_NAME_LENGTH).join('').trim();
  return name === '' ? `Guest ${id}` : name;
}
