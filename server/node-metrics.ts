import type { Metrics } from './http/metrics.ts';
import type { Node } from './node.ts';

/** Registers what a node counts. */
export function addNodeMetrics(metrics: Metrics, node: Node): void {
  const { counters, flusher, grid, world } = node;
  metrics.processUse();
  metrics.gauge('flatlands_sessions', 'Open sessions.', () => node.sessionCount);
  metrics.gauges('flatlands_session_phases', 'Open sessions, by how far they have come.', 'phase', () =>
    Object.entries(node.sessionPhases()),
  );
  metrics.gauge('flatlands_players', "This node's players.", () => world.players.size);
  metrics.gauge('flatlands_other_nodes', 'Other nodes of this world.', () => grid.membership.size);
  metrics.gauge('flatlands_other_players', "Other nodes' players.", () => grid.membership.players);
  metrics.gauge('flatlands_tick', 'World time, in ticks.', () => world.tick);
  metrics.total('flatlands_joins_total', 'Players who joined.', () => counters.joins);
  metrics.total('flatlands_leaves_total', 'Players who left.', () => counters.leaves);
  metrics.total('flatlands_flushes_total', 'Flushes.', () => flusher.counters.flushes);
  metrics.total('flatlands_flush_seconds_total', 'Time spent in flushes.', () => flusher.counters.flushMs / 1000);
  metrics.total('flatlands_frames_total', 'Frames with news of squares sent.', () => grid.delivered.frames);
  metrics.total(
    'flatlands_updates_delivered_total',
    'News of players delivered: motions and enters, each for every session that got it.',
    () => grid.delivered.updates,
  );
  metrics.total(
    'flatlands_frames_held_total',
    'Frames without squares further away, which came with the next.',
    () => grid.delivered.held,
  );
  metrics.gauge(
    'flatlands_stale_sessions',
    'Sessions that have fallen behind, and are told nothing of squares for the moment.',
    () => grid.behindCount,
  );
  metrics.gauge(
    'flatlands_stale_squares',
    'Squares of which those sessions are told nothing, each for each session.',
    () => grid.staleSquares,
  );
  metrics.total('flatlands_stalls_total', 'Times that a session fell behind.', () => grid.delivered.stalls);
  metrics.total('flatlands_recoveries_total', 'Times that one caught up.', () => grid.delivered.recoveries);
  metrics.gauge(
    'flatlands_unacknowledged_bytes',
    'Bytes sent and not acknowledged by clients, over all sessions.',
    () => node.outboxBytes().unacknowledged,
  );
  metrics.gauge(
    'flatlands_oldest_unacknowledged_seconds',
    'Age of the oldest frame that a client has not acknowledged, over all sessions.',
    () => node.oldestUnacknowledgedSeconds(),
    'max',
  );
  metrics.gauge(
    'flatlands_outbox_bytes',
    'Bytes waiting for the next flush or in sockets of this process, over all sessions.',
    () => node.outboxBytes().waiting,
  );
  metrics.totals('flatlands_outbox_lane_bytes_total', 'Bytes of messages to one session alone, by lane.', 'lane', () =>
    Object.entries(node.lanes),
  );
  metrics.total('flatlands_frames_built_total', 'Frames built for sharing.', () => grid.framesBuilt);
  metrics.gauge(
    'flatlands_interest_sets',
    'Distinct sets of squares that sessions have joined.',
    () => grid.groupCount,
  );
  metrics.gauge('flatlands_squares_subscribed', 'Squares subscribed at the broker.', () => grid.subscribedCount);
  metrics.gauge('flatlands_broker_connected', '1 while the broker is reached, with all subscriptions in place.', () =>
    Number(grid.brokerStatus.isConnected),
  );
  metrics.gauge(
    'flatlands_broker_lag_seconds',
    'How long the broker takes to bring a message of this node back to it, once a second.',
    () => grid.brokerLag.ms / 1000,
    'max',
  );
  metrics.total(
    'flatlands_broker_reconnects_total',
    'Times that the broker was away and is back.',
    () => grid.counters.reconnects,
  );
  metrics.total(
    'flatlands_broker_dropped_total',
    'Messages to other nodes that were dropped, the broker being away or too slow.',
    () => grid.brokerStatus.dropped,
  );
  metrics.gauge(
    'flatlands_broker_unconfirmed_bytes',
    'Bytes given to the broker and not confirmed.',
    () => grid.brokerStatus.unconfirmedBytes,
  );
  metrics.total('flatlands_batches_sent_total', 'Batches published.', () => grid.counters.batchesOut);
  metrics.total('flatlands_batches_received_total', "Other nodes' batches.", () => grid.counters.batchesIn);
  metrics.total('flatlands_questions_total', 'Questions asked of other nodes.', () => grid.counters.questions);
  metrics.total('flatlands_answers_total', 'Answers given to other nodes.', () => grid.counters.answersOut);
  metrics.total('flatlands_gaps_total', 'Gaps found in streams.', () => grid.counters.gaps);
  metrics.total('flatlands_healed_total', 'Streams made good by an answer.', () => grid.counters.healed);
  metrics.total('flatlands_divergences_total', 'Checksums of streams that disagreed.', () => grid.counters.divergences);
  metrics.total('flatlands_edits_total', 'Tiles set.', () => node.actions.counters.edits);
  metrics.total('flatlands_chat_lines_total', 'Lines of chat.', () => node.actions.counters.lines);
  metrics.total('flatlands_whispers_total', 'Whispers.', () => node.actions.counters.whispers);
  metrics.total('flatlands_gems_claimed_total', 'Gems claimed.', () => node.gems.counters.claimed);
  metrics.total(
    'flatlands_gems_lost_total',
    'Gems touched that another was quicker to touch.',
    () => node.gems.counters.lost,
  );
  metrics.total(
    'flatlands_requests_refused_total',
    'Requests that the rules refused.',
    () => node.actions.counters.refused,
  );
  metrics.total(
    'flatlands_requests_failed_total',
    'Requests that the store could not keep.',
    () => node.actions.counters.failed,
  );
  metrics.total('flatlands_things_reads_total', 'Squares read from the store.', () => grid.counters.thingsReads);
}
