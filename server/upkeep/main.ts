/** `npm run world`: looks after what a shard keeps, beside the shard; see command-line.ts. */
import type { Store } from '../store/store.ts';
import { parseCommandLine, type Task } from './command-line.ts';
import { exportWorld } from './export.ts';
import { sentenceOf, UpkeepFailure } from './failure.ts';
import { forgetName } from './forget.ts';
import { checkFile, takeFile } from './import.ts';
import { infoOf } from './info.ts';
import { openPartFile } from './part-file.ts';
import { Progress } from './progress.ts';
import { streamSink } from './sink.ts';
import { openSource, sourceName } from './source.ts';
import { placeName, type StorePlace, withStore } from './store-place.ts';
import { inWords } from './tally.ts';

/** As a shell says it of one that a signal has ended. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;

const parsed = parseCommandLine(process.argv.slice(2), process.env);
if (parsed.kind === 'print') {
  (parsed.exitCode === 0 ? console.log : console.error)(parsed.text);
  process.exitCode = parsed.exitCode;
} else process.exitCode = await run(parsed.task, parsed.place);

/** Does a task, and gives the exit status. */
async function run(task: Task, place: StorePlace): Promise<number> {
  const stop = new AbortController();
  let stopped = 1;
  for (const [signal, code] of Object.entries(STOPPED)) {
    // Once: who asks twice does not want to wait.
    process.once(signal, () => {
      stopped = code;
      stop.abort();
    });
  }
  const progress = new Progress(process.stderr, () => performance.now());
  try {
    const said = await done(task, place, { signal: stop.signal, progress });
    progress.end();
    // The standard output may be where the world goes.
    (task.kind === 'export' && task.file === '-' ? console.error : console.log)(said);
    return 0;
  } catch (error) {
    progress.end();
    const { aborted } = stop.signal;
    console.error(aborted && !(error instanceof UpkeepFailure) ? 'Stopped.' : sentenceOf(error));
    return aborted ? stopped : 1;
  }
}

/** Does something with a store whose notice says how far it is, for those who look on at `/admin`. */
async function posted<T>(store: Store, progress: Progress, act: () => Promise<T>): Promise<T> {
  progress.postTo(store);
  let isDone = false;
  try {
    const outcome = await act();
    isDone = true;
    return outcome;
  } finally {
    await progress.ended(isDone);
  }
}

interface Around {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Does a task, and gives what there is to say about it. */
async function done(task: Task, place: StorePlace, { signal, progress }: Around): Promise<string> {
  switch (task.kind) {
    case 'export': {
      const { file } = task;
      const tally = await withStore(place, { mayMake: false, signal }, async (store) => {
        const sink = file === '-' ? streamSink(process.stdout, 'the standard output') : await openPartFile(file);
        const options = { world: place.world, date: new Date(), signal, progress };
        return await posted(store, progress, () => exportWorld(store, sink, options));
      });
      return `Exported ${inWords(tally.info)} from ${placeName(place)}${file === '-' ? '' : ` to ${file}`}.`;
    }
    case 'import': {
      const options = { name: sourceName(task.file), signal, progress };
      const file = await openSource(task.file, process.stdin, signal);
      try {
        const expected = await checkFile(file, options);
        await withStore(place, { mayMake: true, signal }, (store) =>
          posted(store, progress, () => takeFile(file, store, expected, options)),
        );
        return `Imported ${inWords(expected.info)} to ${placeName(place)}.`;
      } finally {
        await file.close();
      }
    }
    case 'info':
      return await withStore(place, { mayMake: false, signal }, (store) => infoOf(store, place, task.isJson));
    case 'forget':
      return await withStore(place, { mayMake: false, signal }, (store) => forgetName(store, task.name));
  }
}
