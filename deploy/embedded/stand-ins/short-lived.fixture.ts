import { reportListening } from '@ledger/shared/process/parent';

/** A process that tells a port, the given one if there is one, and ends with an error. */
const port = Number(process.env['EXAMPLE_PORT']);
reportListening(port === 0 ? 4321 : port);
console.error(`it broke on ${port}`);
process.exitCode = 1;
process.disconnect();
