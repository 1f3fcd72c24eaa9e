import type { Timers } from '../../../command-api/src/handling/timers.ts';
import type { World } from './world.ts';

/** A process: all that reaches it comes through `deliver`, so that it can be killed or held at any moment. */
export interface SimulatedProcess {
  /** Runs the action now; later, if the process stands still; never, if it is dead. */
  deliver(action: () => void): void;
  readonly timers: Timers;
  readonly isDead: boolean;
  /** As `kill -9`: nothing of it ever goes on. */
  kill(): void;
  /** It stands still for so long, as in a stop or a long collection of garbage. Its clock goes on, unless the machine sleeps. */
  hold(durationMs: number, options: { machineSleeps: boolean }): void;
}

export function createProcess(world: World): SimulatedProcess {
  let isDead = false;
  let sleptMs = 0;
  let holds = 0;
  const held: (() => void)[] = [];

  function deliver(action: () => void): void {
    if (isDead) return;
    // What comes just as it goes on does not overtake what was held.
    if (holds > 0 || held.length > 0) held.push(action);
    else action();
  }

  /** One action after another, each with all that follows from it at once. */
  function goOn(): void {
    if (held.length === 0) return;
    world.at(world.nowMs, () => {
      if (holds > 0 || isDead) return;
      held.shift()?.();
      goOn();
    });
  }

  function after(ms: number, action: () => void): () => void {
    return world.at(world.nowMs + ms, () => deliver(action));
  }

  const pause = (ms: number) => new Promise<void>((resolve) => after(ms, resolve));

  return {
    deliver,
    timers: { now: () => world.nowMs - sleptMs, wallClock: () => world.nowMs, pause, endOfTurn: () => pause(0), after },
    get isDead() {
      return isDead;
    },
    kill() {
      isDead = true;
    },
    hold(durationMs, { machineSleeps }) {
      holds += 1;
      world.at(world.nowMs + durationMs, () => {
        holds -= 1;
        if (machineSleeps) sleptMs += durationMs;
        if (holds === 0) goOn();
      });
    },
  };
}
