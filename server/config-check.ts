/** `npm run config -- check`: every setting as it counts and where it is from, or everything that is wrong. */
import { checkConfig } from './config.ts';

const USAGE = [
  'npm run config -- check [flags of npm start]',
  '',
  'Prints every setting as it counts and where it is from: flag, variable, file (--config FILE) or default. Exit status 1',
  'with everything that is wrong, a sentence each.',
].join('\n');

const [task, ...args] = process.argv.slice(2);
if (task !== 'check') {
  const isHelp = task === '--help';
  (isHelp ? console.log : console.error)(USAGE);
  process.exit(isHelp ? 0 : 2);
}
const { settings, mistakes } = checkConfig(args, process.env);
const width = Math.max(0, ...settings.map(({ flag }) => flag.length));
const textWidth = Math.max(0, ...settings.map(({ text }) => text.length));
for (const { flag, text, origin } of settings) {
  console.log(`${flag.slice(2).padEnd(width)}${(text === '' ? 'none' : text).padEnd(textWidth)}  ${origin}`);
}
for (const mistake of mistakes) console.error(mistake);
if (mistakes.length > 0) process.exitCode = 1;
else console.log('All is well.');
