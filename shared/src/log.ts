import { type Logger, pino } from 'pino';
import { z } from 'zod';

export type { Logger } from 'pino';

export const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

/** JSON lines on stdout, times as ISO 8601 in UTC. `level` is one of pino's, or `silent`. */
export function createLog(service: string, level: z.infer<typeof logLevel>): Logger {
  return pino({
    level,
    base: { service, pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
  });
}
