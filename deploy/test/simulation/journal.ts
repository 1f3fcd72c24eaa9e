import type { OpenAccount, TransactionCommand } from '../../../command-api/src/account/commands.ts';
import type { OpeningOutcome } from '../../../command-api/src/handling/open-account.ts';
import type { Outcome } from '../../../command-api/src/handling/outcome.ts';

/** One sending of a command or an opening, and what came back: nothing, where the answer was lost or the client had gone. */
export interface Sending<Asked, Answer> {
  /** Its causation id: an event tells which sending it was recorded for. */
  readonly id: string;
  readonly asked: Asked;
  readonly sentMs: number;
  /** Events in the account's stream when it was sent. */
  readonly eventsBefore: number;
  answer: { readonly outcome: Answer; readonly atMs: number; readonly eventsThen: number } | undefined;
}

export type CommandSending = Sending<TransactionCommand, Outcome>;
export type OpeningSending = Sending<OpenAccount, OpeningOutcome>;

/** All that clients sent and heard in a run. */
export interface Journal {
  readonly commands: CommandSending[];
  readonly openings: OpeningSending[];
  /** The sendings of each request, in the order of its commands. */
  readonly requests: (readonly CommandSending[])[];
}
