import { ConfigError } from '@ledger/shared/config';
import { expect } from 'chai';
import { readServerOptions } from './server-options.ts';

const problems = (args: string[], env: NodeJS.ProcessEnv = {}): readonly string[] => {
  try {
    readServerOptions(args, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('the options of the event store process', () => {
  it('come before the variables of the environment', () => {
    const env = { EVENTSTORE_PORT: '1', EVENTSTORE_DIR: 'elsewhere', LOG_LEVEL: 'warn' };
    const options = readServerOptions(['--port', '0', '--data', 'here', '--live-lag', '10'], env);
    expect(options).to.deep.equal({ mode: 'serve', port: 0, dataDir: 'here', liveLag: 10, logLevel: 'warn' });
    expect(readServerOptions([], env)).to.include({ port: 1, dataDir: 'elsewhere', liveLag: undefined });
  });

  it('may say that nothing is kept, whatever directory the environment names', () => {
    expect(readServerOptions(['--memory'], { EVENTSTORE_DIR: 'elsewhere' }).dataDir).to.equal(undefined);
  });

  it('are all told at once when they are wrong, by the names they were given under', () => {
    const told = problems(['--port', 'http'], { EVENTSTORE_LIVE_LAG: '0' });
    expect(told).to.have.length(3);
    expect(told[0]).to.match(/^--port http: expected a whole number/);
    expect(told[1]).to.match(/^EVENTSTORE_LIVE_LAG=0: expected a whole number/);
    expect(told[2]).to.contain('--data DIR');
  });

  it('are refused with the list of those that there are when one is unknown', () => {
    const [told] = problems(['--dir', 'here']);
    expect(told).to.contain("'--dir'").and.contain('--data DIR');
  });

  it('keep apart what does not go together', () => {
    expect(problems(['--memory', '--verify'])).to.have.length(1);
    expect(problems(['--memory', '--data', 'here'])).to.have.length(1);
  });
});
