import { httpUrl, port, readConfig } from '@ledger/shared/config';
import { parseCommandLine, UsageError } from '../command-line.ts';

export const help = `Puts a file of transactions into a running ledger.

  npm run import -- FILE [--currency CODE] [--give-up-after SECONDS]

FILE is CSV or NDJSON, also compressed with gzip.

CSV: a header, then a transaction a line. Columns in any order:
  account_id, transaction_id, type (deposit or withdrawal), amount, date (or effective_at),
  and if you like: currency, description. Any other column becomes metadata; an empty one is left out.
NDJSON: an object a line, with accountId, transactionId, type, amount,
  and if you like: currency, effectiveAt, description, metadata.

  --currency CODE           currency of lines that name none, and of the accounts opened for them
  --give-up-after SECONDS   stop when the ledger has given no outcome for so long (default 60)
  --help                    this

An account that the ledger does not have is opened when the file first names it.
Lines that are not accepted go to FILE.rejected.csv, with their number and the reason. Where FILE is CSV, that file,
mended, can be imported.
It is safe to stop an import and to run it again: each transaction takes effect once.

Environment:
  LEDGER_URL     where the ledger is (default: http://127.0.0.1:GATEWAY_PORT)
  GATEWAY_PORT   default 8080

Exit code: 0 every line accepted now or before; 2 some refused or rejected; 1 it could not be run to its end.
`;

export interface ImportArguments {
  readonly file: string;
  readonly currency: string | undefined;
  readonly giveUpAfterMs: number;
  readonly ledgerUrl: string;
}

/**
 * Undefined where help is asked for.
 * @throws UsageError; ConfigError for a wrong variable
 */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): ImportArguments | undefined {
  const { values, positionals } = parseCommandLine(args, OPTIONS);
  if (values.help) return undefined;
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError('which file? npm run import -- FILE (--help says more)');
  if (others.length > 0) throw new UsageError(`one file at a time; ${others.join(' ')} is more`);
  if (values.currency !== undefined && !/^[A-Z]{3}$/.test(values.currency)) {
    throw new UsageError(`--currency ${values.currency}: expected a code of ISO 4217 such as EUR`);
  }
  const seconds = Number(values['give-up-after']);
  if (!(seconds > 0)) {
    throw new UsageError(`--give-up-after ${values['give-up-after']}: expected a number of seconds`);
  }
  const config = readConfig({ LEDGER_URL: httpUrl.optional(), GATEWAY_PORT: port.default(8080) }, env);
  return {
    file,
    currency: values.currency,
    giveUpAfterMs: seconds * 1000,
    ledgerUrl: config.LEDGER_URL ?? `http://127.0.0.1:${config.GATEWAY_PORT}`,
  };
}

const OPTIONS = {
  allowPositionals: true,
  options: {
    currency: { type: 'string' },
    'give-up-after': { type: 'string', default: '60' },
    help: { type: 'boolean', short: 'h' },
  },
} as const;
