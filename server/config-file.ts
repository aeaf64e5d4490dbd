import { SETTINGS } from './settings.ts';

/** What a configuration file gives: texts as flags have them, by flag; and what is wrong with it, a sentence each. */
export interface FileTexts {
  readonly file: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly mistakes: readonly string[];
}

const FLAGS: readonly string[] = Object.values(SETTINGS).map(({ flag }) => flag);
const nameOf = (flag: string): string => flag.slice(2);

/** A file is one JSON object: flags without their dashes, each with a text, a number, true, false, or a list of texts. */
export function readConfigFile(file: string, json: string): FileTexts {
  const texts = new Map<string, string>();
  const wrong = (...mistakes: string[]): FileTexts => ({ file, texts, mistakes });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return wrong(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong(`${file} has to be one JSON object, such as { "port": 8080, "world": "meadow" }.`);
  }
  const mistakes: string[] = [];
  for (const [name, given] of Object.entries(value)) {
    const flag = `--${name}`;
    const text = textOf(given);
    if (!FLAGS.includes(flag)) {
      mistakes.push(`${file} has "${name}", which is no setting; the settings are ${FLAGS.map(nameOf).join(', ')}.`);
    } else if (text === undefined) {
      mistakes.push(`${file}: "${name}" takes a text, a number, true, false, or a list of texts.`);
    } else texts.set(flag, text);
  }
  return { file, texts, mistakes };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  return undefined;
}
