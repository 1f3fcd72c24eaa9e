import type { OpenAccount, TransactionCommand } from '../../../command-api/src/account/commands.ts';
import type { OpeningOutcome } from '../../../command-api/src/handling/open-account.ts';
import type { Outcome } from '../../../command-api/src/handling/outcome.ts';

/** One sending of a command or an opening, and what came back: nothing, where the answer was lost or the client had gone. */
export interface Sending<Asked, Answer> {
  readonly asked: Asked;
  readonly sentMs: number;
  /** Events in the account's stream when it was sent. */
  readonly eventsBefore: number;
  answer: { readonly outcome: Answer; readonly atMs: number; readonly eventsThen: number } | undefined;
}

export type CommandSending = Sending<TransactionCommand, Outcome>;
export type OpeningSending = Sending<OpenAccount, OpeningOutcome>;

export interface SentRequest {
  /** In the order of its commands. */
  readonly sendings: readonly CommandSending[];
  /** Between one of them and the next. */
  readonly apartMs: number;
}

/** All that clients sent and heard in a run. */
export interface Journal {
  readonly commands: CommandSending[];
  readonly openings: OpeningSending[];
  readonly requests: SentRequest[];
}
