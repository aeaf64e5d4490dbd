/** An event of Chromium's tracing, as far as it is read here; times in µs. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time of the thread within `dur`. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Categories that `readTrace` needs. */
export const TRACE_CATEGORIES = ['toplevel', 'devtools.timeline', 'v8'];

/** What a page's script did between two animation frames, that of the second one included. */
export interface FrameCost {
  /** Processor time of the main thread in script and in collecting its garbage, in ms. */
  readonly scriptMs: number;
  /** From the frame before to this one, in ms. */
  readonly frameMs: number;
}

export interface TraceFigures {
  readonly frames: readonly FrameCost[];
  /** The longest task with script in it: processor time in script, and time on the clock, in ms. */
  readonly longestTaskMs: number;
  readonly longestTaskClockMs: number;
}

interface Task {
  readonly ts: number;
  scriptUs: number;
  clockUs: number;
  hasFrame: boolean;
}

const MAIN_THREAD = 'CrRendererMain';
const TASK = 'ThreadControllerImpl::RunTask';
const FRAME = 'FireAnimationFrame';
/**
 * Script, and pauses in which its garbage is collected. Where one lies in another, only the outer one counts. What the
 * collector does in tasks of its own while nothing else is to be done, marking a bit at a time, delays no frame.
 */
const SCRIPT: ReadonlySet<string> = new Set([
  FRAME,
  'FunctionCall',
  'EvaluateScript',
  'TimerFire',
  'RunMicrotasks',
  'MinorGC',
  'MajorGC',
]);

/**
 * Reads what a page's main thread spent on script. Processor time, not time on the clock: where the processor draws too,
 * the clock goes on while a thread waits for its turn.
 * @throws Error when the page drew no frames
 */
export function readTrace(events: readonly TraceEvent[]): TraceFigures {
  const tasks = tasksOf(events);
  const frames: FrameCost[] = [];
  let scriptUs = 0;
  let lastFrameAt: number | undefined;
  for (const task of tasks) {
    scriptUs += task.scriptUs;
    if (!task.hasFrame) continue;
    if (lastFrameAt !== undefined) {
      frames.push({ scriptMs: scriptUs / 1000, frameMs: (task.ts - lastFrameAt) / 1000 });
    }
    lastFrameAt = task.ts;
    scriptUs = 0;
  }
  if (frames.length === 0) throw new Error('The page drew no two frames while it was traced.');
  return {
    frames,
    longestTaskMs: Math.max(...tasks.map((task) => task.scriptUs)) / 1000,
    longestTaskClockMs: Math.max(...tasks.map((task) => task.clockUs)) / 1000,
  };
}

/** The tasks with script of the thread that drew the most frames: other pages have main threads, too. */
function tasksOf(events: readonly TraceEvent[]): readonly Task[] {
  const frames = new Map<number, number>();
  for (const { name, pid } of events) if (name === FRAME) frames.set(pid, (frames.get(pid) ?? 0) + 1);
  const [page] = [...frames].sort(([, a], [, b]) => b - a)[0] ?? [];
  const main = events.find(
    ({ name, pid, args }) => name === 'thread_name' && pid === page && args?.name === MAIN_THREAD,
  );
  const spans = events
    .filter(({ ph, pid, tid }) => ph === 'X' && pid === page && tid === main?.tid)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const tasks: Task[] = [];
  let taskEnds = Number.NEGATIVE_INFINITY;
  let scriptEnds = Number.NEGATIVE_INFINITY;
  for (const { name, ts, dur = 0, tdur = 0 } of spans) {
    if (name === TASK && ts >= taskEnds) {
      tasks.push({ ts, scriptUs: 0, clockUs: 0, hasFrame: false });
      taskEnds = ts + dur;
      scriptEnds = Number.NEGATIVE_INFINITY;
    }
    const task = tasks.at(-1);
    if (task === undefined || ts >= taskEnds || !SCRIPT.has(name)) continue;
    if (name === FRAME) task.hasFrame = true;
    if (ts < scriptEnds) continue;
    scriptEnds = ts + dur;
    task.scriptUs += tdur;
    task.clockUs += dur;
  }
  return tasks.filter(({ scriptUs, hasFrame }) => scriptUs > 0 || hasFrame);
}

/** The value that a share of the others, 0 to 1, do not reach. @throws RangeError without values */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new RangeError('there is no quantile of nothing');
  return value;
}
