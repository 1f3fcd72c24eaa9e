import { performance } from 'node:perf_hooks';

/** npm passes a Ctrl-C on to a child that has had it from the terminal: two signals so close together are one wish. */
const SAME_WISH_WITHIN_MS = 500;
const ASK_EVERY_MS = 250;

/** The wishes of whoever started this process. */
export interface StopRequests {
  /** Resolves at Ctrl-C, SIGTERM, SIGHUP, or when the `npm start` around this process has ended. */
  readonly stop: Promise<void>;
  /** Resolves at a second such signal. */
  readonly kill: Promise<void>;
}

export function listenForStop(): StopRequests {
  let askedAt: number | undefined;
  let nowStop: () => void = () => {};
  let nowKill: () => void = () => {};
  const stop = new Promise<void>((resolve) => {
    nowStop = resolve;
  });
  const kill = new Promise<void>((resolve) => {
    nowKill = resolve;
  });

  function onSignal(): void {
    if (askedAt !== undefined && performance.now() - askedAt >= SAME_WISH_WITHIN_MS) nowKill();
    askedAt ??= performance.now();
    nowStop();
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  onNpmGone(nowStop);
  return { stop, kill };
}

/**
 * npm runs its scripts in a shell, which a signal to npm ends, and which passes none on; a SIGKILL of npm ends npm alone,
 * and the shell goes on to start this process. The script says which process npm is, and becomes this one, so npm is the
 * parent for as long as it lives. Started by hand, this process may well outlive its parent, so then nobody looks.
 */
function onNpmGone(stop: () => void): void {
  const npm = Number(process.env['NPM_PID'] ?? 0);
  if (npm === 0) return;
  if (process.ppid !== npm) {
    stop();
    return;
  }
  const asking = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(asking);
    stop();
  }, ASK_EVERY_MS);
  asking.unref();
}
