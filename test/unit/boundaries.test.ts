import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBreaches } from '../helpers/boundaries.ts';
import { CODE_FILE, COMPUTED, importsOf } from '../helpers/imports.ts';

const ROOT = join(import.meta.dirname, '../..');

function readRooms(): Map<string, string> {
  const sources = new Map<string, string>();
  for (const room of ['server', 'client', 'shared']) {
    for (const entry of readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !CODE_FILE.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      sources.set(relative(ROOT, path).replaceAll(sep, '/'), readFileSync(path, 'utf8'));
    }
  }
  return sources;
}

describe('the rooms', () => {
  test('no boundary is breached and no files import each other in a circle', () => {
    const sources = readRooms();
    // A check that has read nothing would pass.
    for (const file of ['shared/codec.ts', 'server/config.ts', 'client/core/client.ts']) {
      expect([...sources.keys()]).toContain(file);
    }
    expect(findBreaches(sources)).toEqual([]);
  });
});

describe('the check finds', () => {
  const OK = {
    'shared/a.ts': '',
    'server/a.ts': "import '../shared/a.ts';",
    'client/a.ts': "import '../shared/a.ts';",
  };
  const breachesWith = (files: Record<string, string>): string[] =>
    findBreaches(new Map(Object.entries({ ...OK, ...files })));

  test('nothing where nothing is wrong', () => {
    expect(breachesWith({})).toEqual([]);
    expect(
      breachesWith({
        'shared/codec.ts': "import { Packr } from 'msgpackr';",
        'server/gateway/upgrade.ts': "import { WebSocketServer } from 'ws'; import { createServer } from 'node:http';",
        'client/bots/socket.ts': "import { WebSocket } from 'ws';",
        'client/view/app.ts': "import 'pixi.js/unsafe-eval'; import './app.css';",
        'server/http/server.ts': "import helmet from '@fastify/helmet'; import pkg from '../../package.json';",
      }),
    ).toEqual([]);
  });

  test.each([
    ['client/b.ts', "import '../server/a.ts';", 'client may not import server'],
    ['client/b.ts', "import type { A } from '../server/a.ts';", 'client may not import server'],
    ['client/b.ts', "export * from '../server/a.ts';", 'client may not import server'],
    ['client/b.ts', "export type { A } from '../server/a.ts';", 'client may not import server'],
    ['client/b.ts', "const a = await import('../server/a.ts');", 'client may not import server'],
    ['client/b.ts', 'const a = await import(`../server/a.ts`);', 'client may not import server'],
    ['client/b.ts', "let a: import('../server/a.ts').A;", 'client may not import server'],
    ['client/b.ts', "new Worker(new URL('../server/a.ts', import.meta.url));", 'client may not import server'],
    ['server/b.ts', "import a = require('../client/a.ts');", 'server may not import client'],
    ['shared/b.ts', "import '../server/a.ts';", 'shared may not import server'],
    ['shared/b.ts', "import '../client/a.ts';", 'shared may not import client'],
    ['server/b.ts', "import '../test/helpers/a.ts';", 'server may not import test'],
    ['server/deep/b.ts', "import '../../../elsewhere/a.ts';", 'server may not import ..'],
    ['server/b.ts', "import '/etc/a.ts';", 'server may not import '],
    ['server/b.ts', "import './gone.ts';", 'which is no file'],
    ['server/b.ts', "import '../shared/a';", 'which is no file'],
    ['server/b.ts', 'import(process.argv[2]);', 'something computed'],
  ])('in %s: %s', (file, code, sentence) => {
    const breaches = breachesWith({ [file]: code });
    expect(breaches).toHaveLength(1);
    expect(breaches[0]).toContain(file);
    expect(breaches[0]).toContain(sentence);
  });

  test.each([
    ['shared/b.ts', 'msgpackr'],
    ['server/gateway/session.ts', 'msgpackr'],
    ['server/app.ts', 'ws'],
    ['client/bots/bot.ts', 'ws'],
    ['client/core/client.ts', 'ws'],
    ['client/main.ts', 'pixi.js'],
    ['client/core/client.ts', 'pixi.js/unsafe-eval'],
    ['server/grid/grid.ts', 'node:fs'],
    ['server/world/world.ts', 'fastify'],
    ['server/main.ts', 'ioredis'],
    ['server/app.ts', 'fastify'],
    ['server/app.ts', '@fastify/static'],
    ['shared/b.ts', 'node:crypto'],
    ['client/main.ts', 'fs'],
  ])('%s importing %s', (file, library) => {
    expect(breachesWith({ [file]: `import type { X } from '${library}';` }).join()).toContain(
      `${file} imports ${library}`,
    );
  });

  test('a cycle of two files, also when one arrow is only a type', () => {
    const cycle = { 'shared/b.ts': "import './c.ts';", 'shared/c.ts': "import type { B } from './b.ts';" };
    expect(breachesWith(cycle)).toEqual(['a cycle: shared/b.ts → shared/c.ts → shared/b.ts']);
  });

  test('a long cycle, reached from outside of it', () => {
    const cycle = {
      'server/b.ts': "import './c.ts';",
      'server/c.ts': "import './d.ts'; import '../shared/a.ts';",
      'server/d.ts': "export * from './e.ts';",
      'server/e.ts': "const c = () => import('./c.ts');",
    };
    expect(breachesWith(cycle)).toEqual(['a cycle: server/c.ts → server/d.ts → server/e.ts → server/c.ts']);
  });

  test('a file that imports itself', () => {
    expect(breachesWith({ 'shared/b.ts': "import './b.ts';" })).toEqual(['a cycle: shared/b.ts → shared/b.ts']);
  });
});

describe('reading imports', () => {
  test('text and comments that look like imports are none', () => {
    const code =
      "// import './a.ts'\nconst s = \"import './b.ts'\"; /* import('./c.ts') */ const r = /import '.\\/d.ts'/;";
    expect(importsOf('x.ts', code)).toEqual([]);
  });

  test('an address relative to the file is an import where it names code', () => {
    const url = (text: string): string => `new URL(${text}, import.meta.url);`;
    expect(importsOf('x.ts', [url("'./a.ts'"), url("'../client'"), url('path')].join('\n'))).toEqual(['./a.ts']);
    expect(importsOf('x.ts', "new URL('./a.ts', 'https://play.example');")).toEqual([]);
  });

  test('what is computed is said to be', () => {
    expect(importsOf('x.ts', "import('./' + name); import(name);")).toEqual([COMPUTED, COMPUTED]);
  });

  test('what does not parse throws', () => {
    expect(() => importsOf('x.ts', 'import {')).toThrow(SyntaxError);
  });
});
