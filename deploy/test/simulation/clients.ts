import type { Causation } from '@ledger/shared/events/account-events';
import type { OpenAccount, TransactionCommand } from '../../../command-api/src/account/commands.ts';
import type { OpeningOutcome } from '../../../command-api/src/handling/open-account.ts';
import type { Outcome } from '../../../command-api/src/handling/outcome.ts';
import { ConnectionLostError, type Instance } from './instance.ts';
import type { CommandSending, Journal, Sending } from './journal.ts';
import type { World } from './world.ts';

/** Those who send commands, and write down what they hear. */
export interface Clients {
  readonly journal: Journal;
  /** What commands failed with, other than an outcome or the end of a process. */
  readonly failures: readonly unknown[];
  /** Sendings that may still be answered. */
  readonly underWay: number;
  /** Sends commands as one request, one so long after the other: those of one account belong together. */
  sendCommands(commands: readonly TransactionCommand[], instance: Instance, apartMs: number): void;
  sendOpening(command: OpenAccount, instance: Instance): void;
  /** Sends a command again and again, until it has an outcome. */
  settle(command: TransactionCommand, pickInstance: () => Instance): Promise<void>;
}

/** Between two sendings of a command that has no outcome yet. */
const settlePauseMs = 100;

/** @param countEvents how many events an account's stream has now */
export function createClients(world: World, countEvents: (accountId: string) => number): Clients {
  const journal: Journal = { commands: [], openings: [], requests: [] };
  const failures: unknown[] = [];
  let underWay = 0;
  let sent = 0;

  /** Resolves when the answer has come, or never will. */
  async function note<Asked extends { accountId: string }, Answer>(
    sending: Sending<Asked, Answer>,
    answer: Promise<Answer> | undefined,
  ): Promise<void> {
    underWay += 1;
    try {
      const outcome = await answer;
      const eventsThen = countEvents(sending.asked.accountId);
      if (outcome) sending.answer = { outcome, atMs: world.nowMs, eventsThen };
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) failures.push(error);
    } finally {
      underWay -= 1;
    }
  }

  const sendingOf = <Asked extends { accountId: string }>(asked: Asked) => ({
    id: `sending-${++sent}`,
    asked,
    sentMs: world.nowMs,
    eventsBefore: countEvents(asked.accountId),
    answer: undefined,
  });

  function send(commands: readonly TransactionCommand[], instance: Instance, apartMs = 0) {
    const sequences = new Map(commands.map(({ accountId }) => [accountId, { broken: false }]));
    const sendings = commands.map((command): CommandSending => sendingOf(command));
    const answers = instance.call<Outcome>(
      sendings.map(({ id, asked: command }) => ({ queues }) => {
        const sequence = sequences.get(command.accountId);
        return queues.submit({ command, causation: causationOf(id), ...(sequence ? { sequence } : {}) });
      }),
      apartMs,
    );
    journal.commands.push(...sendings);
    journal.requests.push(sendings);
    return { sendings, ends: sendings.map((sending, at) => note(sending, answers[at])) };
  }

  return {
    journal,
    failures,
    get underWay() {
      return underWay;
    },
    sendCommands: (commands, instance, apartMs) => void send(commands, instance, apartMs),
    sendOpening(command, instance) {
      const sending: Sending<OpenAccount, OpeningOutcome> = sendingOf(command);
      journal.openings.push(sending);
      const [answer] = instance.call([({ open }) => open(command, causationOf(sending.id))]);
      void note(sending, answer);
    },
    async settle(command, pickInstance) {
      for (;;) {
        const { sendings, ends } = send([command], pickInstance());
        await Promise.all(ends);
        const outcome = sendings[0]?.answer?.outcome;
        if (outcome && outcome.kind !== 'unsettled') return;
        await new Promise<void>((resolve) => world.at(world.nowMs + settlePauseMs, resolve));
      }
    },
  };
}

function causationOf(causationId: string): Causation {
  return { correlationId: 'simulation', causationId, actor: null, traceparent: null };
}
