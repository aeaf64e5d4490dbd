import { SETTINGS } from '../../server/settings.ts';

/** The README's configuration table, in Markdown, as it follows from the settings. */
export function settingsTable(): string {
  const cells = Object.values(SETTINGS).map((row) => [
    `\`${row.placeholder === undefined ? row.flag : `${row.flag} ${row.placeholder}`}\``,
    `\`${row.env}\``,
    row.accepts,
    row.byDefault === '' ? 'none' : `\`${row.byDefault}\``,
    row.help,
  ]);
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [
    line(['Flag', 'Variable', 'Takes', 'Default', 'What for']),
    line(['---', '---', '---', '---', '---']),
    ...cells.map(line),
  ].join('\n');
}
