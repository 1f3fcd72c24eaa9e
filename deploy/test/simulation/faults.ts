import type { Instance } from './instance.ts';
import type { Meddler } from './meddler.ts';
import type { Fault } from './plan.ts';
import type { StoreServer } from './store-server.ts';
import type { World } from './world.ts';

/** The longest that a delayed message is on its way: longer than anybody waits for an answer. */
const mostDelayMs = 15_000;

/** Lets a fault happen now. It ends by itself after its time. */
export function strike(
  world: World,
  server: StoreServer,
  instance: Instance,
  meddler: Meddler,
  { kind, durationMs }: Fault,
): void {
  const { link } = instance;
  const afterwards = (action: () => void) => world.at(world.nowMs + durationMs, action);
  switch (kind) {
    case 'cut':
      link.cut();
      break;
    case 'away':
      link.beAway(durationMs);
      break;
    case 'requests-lost':
      link.loseRequests(durationMs);
      break;
    case 'answers-lost':
      link.loseAnswers(durationMs);
      break;
    case 'delay':
      link.delay(durationMs, mostDelayMs);
      break;
    case 'store-crash':
      server.crash(durationMs);
      break;
    case 'store-refuses':
      server.refuses = true;
      afterwards(() => {
        server.refuses = false;
      });
      break;
    case 'store-clock':
      // Forwards or back, by a little or by hours.
      server.jumpClock((durationMs % 1_000 === 0 ? 1 : -1) * durationMs * 1_000);
      break;
    case 'pages-meddled':
      meddler.meddle();
      break;
    case 'kill':
      instance.kill();
      afterwards(() => instance.start());
      break;
    case 'hold':
      instance.hold(durationMs, { machineSleeps: false });
      break;
    case 'machine-sleeps':
      instance.hold(durationMs, { machineSleeps: true });
      break;
  }
}
