import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDisk, mountFinding, mountOf, roomFinding, syncFinding } from '../../server/upkeep/doctor/disk.ts';
import { ownFolder } from '../helpers/own-folder.ts';

const MOUNTS = [
  'overlay / overlay rw 0 0',
  '/dev/sda1 /srv ext4 rw 0 0',
  'box:/world /srv/my\\040world nfs4 rw 0 0',
  'tmpfs /tmp tmpfs rw 0 0',
  '/dev/sdb1 /tmp xfs rw 0 0',
].join('\n');

describe('the filesystem of a folder', () => {
  it.each([
    ['/home/a', { point: '/', type: 'overlay' }],
    ['/srv', { point: '/srv', type: 'ext4' }],
    ['/srv/my world/data', { point: '/srv/my world', type: 'nfs4' }],
    ['/srvs/data', { point: '/', type: 'overlay' }],
    ['/tmp/data', { point: '/tmp', type: 'xfs' }],
  ])('of %s is found', (path, mount) => {
    expect(mountOf(path, MOUNTS)).toEqual(mount);
  });

  it.each([
    ['ext4', 'ok'],
    ['nfs', 'warning'],
    ['nfs4', 'warning'],
    ['cifs', 'warning'],
    ['fuse.sshfs', 'warning'],
    ['tmpfs', 'warning'],
  ])('%s: %s', (type, verdict) => {
    expect(mountFinding('data', { point: '/', type }).verdict).toBe(verdict);
  });

  it('cannot be told where there is no table of mounts', () => {
    expect(mountOf('/srv', '')).toBeUndefined();
    expect(mountFinding('data', undefined).verdict).toBe('unknown');
  });
});

describe('a disk', () => {
  it('has much room, little or none', () => {
    expect(roomFinding('data', 2 ** 31)).toMatchObject({ verdict: 'ok', found: '2 GB are free for data.' });
    expect(roomFinding('data', 2 ** 29).verdict).toBe('warning');
    expect(roomFinding('data', 1000).verdict).toBe('problem');
  });

  it('is slow when half of its writes are, or one in a hundred is very slow', () => {
    const times = (slow: number, ms: number): number[] => Array.from({ length: 50 }, (_, i) => (i < slow ? ms : 2));
    expect(syncFinding(times(24, 150)).verdict).toBe('ok');
    expect(syncFinding(times(26, 25)).verdict).toBe('warning');
    expect(syncFinding(times(1, 250)).verdict).toBe('warning');
    expect(syncFinding([20]).verdict).toBe('ok');
  });
});

describe('a folder', () => {
  it('that is there, or is yet to be made, is tried, and nothing is left of it', async () => {
    const folder = ownFolder();
    const deep = join(folder, 'a/b');
    for (const data of [folder, deep]) {
      const findings = await checkDisk({ data }, '');
      expect(findings.map(({ verdict }) => verdict)).not.toContain('problem');
      expect(findings).toHaveLength(4);
    }
    expect(existsSync(join(folder, 'a'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is a file is a problem', async () => {
    const file = join(ownFolder(), 'data');
    writeFileSync(file, '');
    for (const data of [file, join(file, 'deeper')]) {
      expect(await checkDisk({ data }, '')).toMatchObject([{ verdict: 'problem' }]);
    }
  });

  it('is not looked at when another keeps the world', async () => {
    expect(await checkDisk({ data: null }, 'Redis keeps it.')).toEqual([
      { area: 'disk', verdict: 'ok', found: 'Redis keeps it.' },
    ]);
  });
});
