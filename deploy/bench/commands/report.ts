import type { Sample } from '../load/sample.ts';
import { figure, table } from '../table.ts';
import { amountText } from './commands.ts';
import type { Setting } from './settings.ts';
import { type MeasuredCell, summaryOf } from './summary.ts';

/** What was measured in one setting. */
export interface MeasuredSetting {
  readonly setting: Setting;
  readonly cells: readonly MeasuredCell[];
  /** What both services hold, which was compared with what they acknowledged. */
  readonly checked: Readonly<Record<'ledger' | 'rowLock', { readonly accounts: number; readonly sumMinor: bigint }>>;
}

export const reportText = (measured: readonly MeasuredSetting[]): string =>
  [...measured.map(settingText), LEGEND].join('\n\n');

const LEGEND = `commands settled a second, medians of the rounds, in which slices of both services alternate; ratio: of these medians
bulk-N: 4 requests of 1,000 commands at a time over N accounts, against the row-lock service's spread at 32 connections
ms: of requests; us: CPU time for each command in microseconds, of all processes of that name`;

function settingText({ setting, cells, checked }: MeasuredSetting): string {
  const first = cells[0];
  const cpuColumns = (samples: readonly Sample[] | undefined) => Object.keys(samples?.[0]?.cpuUs ?? {});
  const [ledgerCpu, rowLockCpu] = [cpuColumns(first?.ledger), cpuColumns(first?.rowLock)];
  const head = [
    'workload',
    'connections',
    'ledger/s',
    'row-lock/s',
    'ratio',
    ...(setting.hasGoals ? ['goal', ''] : []),
    ...['ledger p50', 'p99 ms', 'row-lock p50', 'p99 ms'],
    ...ledgerCpu.map((name) => `${name} us`),
    ...rowLockCpu.map((name) => `${name} us`),
  ];
  const lines = cells.map((measured) => {
    const { ledger, rowLock, ratio, reached } = summaryOf(measured);
    const { workload, connections, goal } = measured.cell;
    return [
      workload.name,
      String(connections),
      figure(ledger.perSecond),
      figure(rowLock.perSecond),
      ratio.toFixed(2),
      ...(setting.hasGoals ? [goal.toFixed(1), reached ? 'ok' : 'below'] : []),
      ...[ledger.p50Ms, ledger.p99Ms, rowLock.p50Ms, rowLock.p99Ms].map(figure),
      ...ledgerCpu.map((name) => figure(ledger.cpuUs[name])),
      ...rowLockCpu.map((name) => figure(rowLock.cpuUs[name])),
    ];
  });
  return [
    `${setting.title}; ${figure(checked.ledger.accounts)} accounts; medians of ${first?.ledger.length ?? 0} rounds`,
    '',
    table([head, ...lines]),
    '',
    checkText('ledger', checked.ledger),
    checkText('row-lock', checked.rowLock),
  ].join('\n');
}

function checkText(service: string, { accounts, sumMinor }: MeasuredSetting['checked']['ledger']): string {
  return `${service}: every balance (of ${figure(accounts)}) is what was acknowledged; their sum is ${amountText(sumMinor)}`;
}

/** Medians and all samples, for a file. */
export function reportFigures(measured: readonly MeasuredSetting[]): unknown {
  return measured.map(({ setting, cells, checked }) => ({
    setting: setting.name,
    title: setting.title,
    cells: cells.map((each) => {
      const { workload, connections, compared, goal } = each.cell;
      return {
        workload: workload.name,
        connections,
        compared: { workload: compared.workload.name, connections: compared.connections },
        ...(setting.hasGoals ? { goal } : {}),
        median: summaryOf(each),
        rounds: { ledger: each.ledger, rowLock: each.rowLock },
      };
    }),
    sumOfBalances: {
      ledger: amountText(checked.ledger.sumMinor),
      rowLock: amountText(checked.rowLock.sumMinor),
    },
  }));
}
