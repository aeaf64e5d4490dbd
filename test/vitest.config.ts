import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * Three projects, one after the other. Most tests are light and run two files at a time. Those that start servers,
 * browsers or whole crowds have the machine to themselves, one file at a time: on two cores they would measure each
 * other. Of these some measure nothing: they start programs, and wait until each has done its work however long that
 * takes. They are patient, and run two files at a time as well. A new test file belongs to one of the three whatever
 * its name is.
 */
const HEAVY = [
  'test/*.test.ts',
  'test/{integration,browser,chaos,defects}/**/*.test.ts',
  'test/contract/{redis-faults,lmdb-store,lmdb-faults}.test.ts',
];
const PATIENT = ['test/integration/{upkeep,kills,malformed-fuzz,data-folder,build,core-export,bots-command}.test.ts'];

/** What is polled for has to come; how soon, where that matters, the tests measure themselves. */
const timeouts = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  teardownTimeout: 10_000,
  expect: { poll: { timeout: 5000 } },
};

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  // Test files are served from the project's folder; nothing of public/ is meant for them.
  publicDir: false,
  test: {
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          ...timeouts,
          name: 'light',
          include: ['test/**/*.test.ts'],
          exclude: [...HEAVY, 'dist/**', 'node_modules/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...timeouts,
          name: 'patient',
          include: PATIENT,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...timeouts,
          name: 'heavy',
          include: HEAVY,
          exclude: [...PATIENT, 'dist/**', 'node_modules/**'],
          fileParallelism: false,
          maxConcurrency: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
