import { hostname } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import type { Topology } from '../shared/topology.ts';
import type { SurveyAnswer, SurveyQuestion } from './grid/control-wire.ts';
import type { LoadGovernor } from './load-governor.ts';
import type { LoopDelayMonitor } from './loop-delay.ts';
import type { Node } from './node.ts';
import { Reporter } from './survey/reporter.ts';
import { Survey } from './survey/survey.ts';

/** A node's part in surveys: it answers those of others, and may ask itself. */
export interface NodeSurvey {
  receive(message: SurveyQuestion | SurveyAnswer): void;
  topology(): Promise<Topology>;
}

export interface NodeSurveyOptions {
  readonly world: Topology['world'];
  readonly host: string;
  readonly port: number;
  readonly governor: Pick<LoadGovernor, 'rhythm' | 'pace'>;
  readonly loopDelay: Pick<LoopDelayMonitor, 'read'>;
  readonly monotonic: () => number;
}

export function surveyOf(
  node: Node,
  { world, host, port, governor, loopDelay, monotonic }: NodeSurveyOptions,
): NodeSurvey {
  const reporter = new Reporter({
    node,
    identity: {
      node: node.name,
      address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      host: hostname(),
      pid: process.pid,
      version: packageJson.version,
    },
    pace: () => ({ nearMs: governor.pace.nearMs, level: governor.rhythm.level }),
    loopDelayP99Ms: () => loopDelay.read().p99,
    cpuSeconds: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    residentBytes: () => process.memoryUsage.rss(),
    monotonic,
  });
  const { membership } = node.grid;
  const survey = new Survey({
    world,
    own: () => reporter.state(),
    ask: (n) => membership.survey(n),
    members: () => membership.names(),
    monotonic,
  });
  return {
    receive: (message) => {
      if (message.type === 'survey') node.grid.answerSurvey(message, JSON.stringify(reporter.state()));
      else survey.answered(message);
    },
    topology: () => survey.topology(),
  };
}
