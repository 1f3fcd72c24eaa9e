import { SingleBar } from 'cli-progress';

const lineEveryMs = 3_000;

/** How far an import has come. */
export interface ProgressState {
  readonly settledLines: number;
  readonly readBytes: number;
  readonly sizeBytes: number;
}

export interface Progress {
  /** Says something beside the progress. */
  note(text: string): void;
  stop(): void;
}

/** Shows `state()` on stderr: a bar where that is a terminal, else a line every few seconds. */
export function showProgress(state: () => ProgressState): Progress {
  return process.stderr.isTTY ? bar(state) : plainLines(state);
}

function bar(state: () => ProgressState): Progress {
  let note = '';
  const shown = new SingleBar({
    format: '{bar} {percentage}% | {lines} lines | {duration_formatted}{note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    stream: process.stderr,
  });
  const payload = () => ({ lines: state().settledLines.toLocaleString('en'), note });
  shown.start(Math.max(state().sizeBytes, 1), 0, payload());
  const timer = setInterval(() => {
    shown.update(state().readBytes, payload());
    note = '';
  }, 200);
  return {
    note(text) {
      note = ` | ${text}`;
    },
    stop() {
      clearInterval(timer);
      shown.update(state().readBytes, payload());
      shown.stop();
    },
  };
}

function plainLines(state: () => ProgressState): Progress {
  let note = '';
  const timer = setInterval(() => {
    const { settledLines, readBytes, sizeBytes } = state();
    const percent = sizeBytes === 0 ? 100 : Math.floor((100 * readBytes) / sizeBytes);
    console.error(`${settledLines.toLocaleString('en')} lines settled, ${percent} % of the file read${note}`);
    note = '';
  }, lineEveryMs);
  return {
    note(text) {
      note = `; waiting: ${text}`;
    },
    stop: () => clearInterval(timer),
  };
}
