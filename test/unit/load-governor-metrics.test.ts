import { describe, expect, it } from 'vitest';
import { addGovernorMetrics } from '../../server/governor-metrics.ts';
import { labelled, Metrics, renderTogether } from '../../server/http/metrics.ts';
import { LoadGovernor } from '../../server/load-governor.ts';
import { addLoopMetrics } from '../../server/loop-delay.ts';

/** A governor that has been in trouble until it came to a level. */
function strained(level: number): LoadGovernor {
  const governor = new LoadGovernor(100);
  for (let now = 0; governor.rhythm.level < level; now += 100) governor.flushed(900, now);
  return governor;
}

function metricsOf(governor: LoadGovernor, worstMs: number): Metrics {
  const metrics = new Metrics();
  addGovernorMetrics(metrics, governor);
  addLoopMetrics(metrics, { read: () => ({ p50: 1, p99: 5, max: worstMs }) });
  metrics.gauge('flatlands_sessions', 'Open sessions.', () => 10);
  return metrics;
}

describe("the load governor's metrics", () => {
  it('are the level, the intervals that come of it, and how often it changed', async () => {
    const text = await metricsOf(strained(3), 0).render();
    expect(text).toContain('\nflatlands_flush_level 3\n');
    expect(text).toContain('\nflatlands_flush_interval_seconds{squares="near"} 0.2\n');
    expect(text).toContain('\nflatlands_flush_interval_seconds{squares="far"} 0.4\n');
    expect(text).toContain('\nflatlands_flush_level_changes_total 3\n');
  });

  it('are those of each worker of a shard', async () => {
    const text = await renderTogether([
      labelled(await metricsOf(strained(3), 80).snapshot(), { worker: '1' }),
      labelled(await metricsOf(strained(0), 20).snapshot(), { worker: '2' }),
    ]);
    expect(text).toContain('\nflatlands_flush_level{worker="1"} 3\n');
    expect(text).toContain('\nflatlands_flush_level{worker="2"} 0\n');
    expect(text).toContain('\nflatlands_flush_interval_seconds{worker="1",squares="far"} 0.4\n');
    expect(text).toContain('\nflatlands_flush_interval_seconds{worker="2",squares="far"} 0.1\n');
    expect(text).toContain('\nflatlands_event_loop_delay_seconds{worker="2",quantile="1"} 0.02\n');
  });

  it('are not added up where nothing tells nodes apart, also after a way through JSON; changes and sessions are', async () => {
    const snapshots = [await metricsOf(strained(3), 80).snapshot(), await metricsOf(strained(2), 20).snapshot()];
    const text = await renderTogether(JSON.parse(JSON.stringify(snapshots)));
    expect(text).toContain('\nflatlands_flush_level 3\n');
    expect(text).toContain('\nflatlands_flush_interval_seconds{squares="near"} 0.2\n');
    expect(text).toContain('\nflatlands_event_loop_delay_seconds{quantile="1"} 0.08\n');
    expect(text).toContain('\nflatlands_flush_level_changes_total 5\n');
    expect(text).toContain('\nflatlands_sessions 20\n');
  });
});
