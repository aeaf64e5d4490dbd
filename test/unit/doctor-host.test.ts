import { describe, expect, it } from 'vitest';
import type { Finding } from '../../server/upkeep/doctor/findings.ts';
import {
  cgroupFolders,
  coresFinding,
  memoryFinding,
  nodeFinding,
  quotaOf,
  usableCores,
} from '../../server/upkeep/doctor/host.ts';
import {
  backlogFinding,
  filesFinding,
  portRangeFinding,
  readFileLimits,
} from '../../server/upkeep/doctor/kernel-limits.ts';
import { listenersOn } from '../../server/upkeep/doctor/port.ts';

const GB = 2 ** 30;
const verdictOf = ({ verdict }: Finding): string => verdict;

describe('the version of Node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['20.18.9', 'problem'],
    ['22.1.0', 'ok'],
    ['9.99.0', 'problem'],
  ])('%s against >=20.19: %s', (version, verdict) => {
    expect(verdictOf(nodeFinding(version, '>=20.19'))).toBe(verdict);
  });

  it('cannot be told against what is no version', () => {
    expect(nodeFinding('20.19.0', 'any').verdict).toBe('unknown');
  });
});

describe('memory', () => {
  const config = { workers: 1, maxSessions: 10_000 };

  it('is enough for as many as may come, or for fewer, or for nobody', () => {
    expect(memoryFinding({ totalBytes: 4 * GB, availableBytes: 2 * GB }, config).verdict).toBe('ok');
    expect(memoryFinding({ totalBytes: 4 * GB, availableBytes: GB / 2 }, config)).toEqual({
      area: 'memory',
      verdict: 'warning',
      found: '512 MB of 4 GB are available, and --max-sessions 10000 may take 931 MB.',
      advice: 'Give --max-sessions 4633 or less, or this machine more memory.',
    });
    expect(memoryFinding({ totalBytes: 4 * GB, availableBytes: GB / 8 }, config).verdict).toBe('problem');
  });

  it('is needed by every worker', () => {
    const memory = { totalBytes: 4 * GB, availableBytes: 2 * GB };
    expect(memoryFinding(memory, { ...config, workers: 4 }).verdict).toBe('warning');
    expect(memoryFinding(memory, { ...config, workers: 20 }).verdict).toBe('problem');
  });
});

describe('cores', () => {
  it('may be limited by a control group', () => {
    expect(quotaOf('max 100000\n')).toBeUndefined();
    expect(quotaOf('150000 100000\n')).toBe(1.5);
    expect(quotaOf('')).toBeUndefined();
    expect(usableCores({ count: 2, quota: 1.5 })).toBe(1.5);
    expect(usableCores({ count: 2, quota: undefined })).toBe(2);
  });

  it('have the groups of the process and all around it', () => {
    expect(cgroupFolders('12:cpu:/old\n0::/a.slice/b.service\n')).toEqual([
      '/sys/fs/cgroup/a.slice/b.service',
      '/sys/fs/cgroup/a.slice',
      '/sys/fs/cgroup/',
    ]);
    expect(cgroupFolders('0::/\n')).toEqual(['/sys/fs/cgroup/']);
    expect(cgroupFolders('')).toEqual([]);
  });

  it('are one for each worker', () => {
    expect(coresFinding({ count: 4, quota: undefined }, 1)).toEqual({
      area: 'cores',
      verdict: 'ok',
      found: '4 cores can be used; 1 node will use as many, and --workers 4 would use all.',
    });
    expect(coresFinding({ count: 4, quota: 2.5 }, 2).verdict).toBe('ok');
    expect(coresFinding({ count: 4, quota: 2.5 }, 3)).toMatchObject({
      verdict: 'warning',
      found: 'The container may use 2.5 of 4 cores, and --workers 3 are more nodes than that.',
    });
    expect(coresFinding({ count: 4, quota: 0.5 }, 1).verdict).toBe('warning');
  });
});

describe('what the kernel allows', () => {
  const limits = (soft: string, hard: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                 ${hard}              files     \n`;

  it('is read of open files', () => {
    expect(readFileLimits(limits('1024', '4096'))).toEqual({ soft: 1024, hard: 4096 });
    expect(readFileLimits(limits('1024', 'unlimited'))).toEqual({ soft: 1024, hard: Number.POSITIVE_INFINITY });
    expect(readFileLimits('')).toBeUndefined();
  });

  it('is a file for every session, and some to spare', () => {
    expect(filesFinding({ soft: 11_200, hard: 11_200 }, 10_000, 1000).verdict).toBe('ok');
    expect(filesFinding({ soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY }, 10_000, 1000).verdict).toBe(
      'ok',
    );
    expect(filesFinding({ soft: 11_199, hard: 11_199 }, 10_000, 1000)).toEqual({
      area: 'files',
      verdict: 'problem',
      found:
        'A process may have 11199 files open (11199 at most), and --max-sessions 10000 with --queue 1000 takes 11200.',
      advice: 'Raise the limit ("ulimit -n 11200", for systemd LimitNOFILE=11200), or give --max-sessions 9999.',
    });
    expect(filesFinding({ soft: 100, hard: 100 }, 10, 0)).toMatchObject({
      advice: 'Raise the limit ("ulimit -n 210", for systemd LimitNOFILE=210).',
    });
  });

  it('is a queue of connections, and ports', () => {
    expect(backlogFinding('4096\n').verdict).toBe('ok');
    expect(backlogFinding('128\n')).toMatchObject({ verdict: 'warning' });
    expect(portRangeFinding('32768\t60999\n').found).toContain('32768 to 60999');
  });
});

describe('who listens on a port', () => {
  it('is found by the sockets that listen, and by no others', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0',
      '   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0',
      '   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0',
    ].join('\n');
    expect(listenersOn(8080, table)).toEqual(['4711']);
    expect(listenersOn(80, table)).toEqual(['4713']);
    expect(listenersOn(81, table)).toEqual([]);
  });
});
