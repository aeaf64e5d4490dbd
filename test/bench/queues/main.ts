import { writeFileSync } from 'node:fs';
import { isWritable } from '../json-file.ts';
import { gameTable, runGameQueues } from './game-queues.ts';
import { parseGameOptions, parseQueueOptions } from './options.ts';
import { queuePlot } from './queue-plot.ts';
import { queueTable } from './queue-table.ts';
import { runQueues } from './queues.ts';

/** `npm run bench -- queues …`; gives the exit status. */
export async function queuesMain(args: readonly string[]): Promise<number> {
  const parsed = parseQueueOptions(args);
  if (parsed.kind === 'print') {
    (parsed.exitCode === 0 ? console.log : console.error)(parsed.text);
    return parsed.exitCode;
  }
  const { jsonFile, plotFile } = parsed.options;
  for (const [flag, file] of [
    ['--json', jsonFile],
    ['--plot', plotFile],
  ] as const) {
    if (file === undefined || isWritable(file)) continue;
    console.error(`${flag} takes the name of a file that can be written, not "${file}".`);
    return 2;
  }
  const result = await runQueues(parsed.options, (line) => console.error(`queues: ${line}`));
  console.log(queueTable(result));
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(result, undefined, 2)}\n`);
  if (plotFile !== undefined) writeFileSync(plotFile, queuePlot(result.rows));
  return 0;
}

/** `npm run bench -- game-queues …`; gives the exit status. */
export async function gameQueuesMain(args: readonly string[]): Promise<number> {
  const parsed = parseGameOptions(args);
  if (parsed.kind === 'print') {
    (parsed.exitCode === 0 ? console.log : console.error)(parsed.text);
    return parsed.exitCode;
  }
  const { jsonFile } = parsed.options;
  if (jsonFile !== undefined && !isWritable(jsonFile)) {
    console.error(`--json takes the name of a file that can be written, not "${jsonFile}".`);
    return 2;
  }
  const result = await runGameQueues(parsed.options, (line) => console.error(`game-queues: ${line}`));
  console.log(gameTable(result));
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(result, undefined, 2)}\n`);
  return 0;
}
