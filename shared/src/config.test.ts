import { expect } from 'chai';
import { ConfigError, databaseUrl, eventStoreUrl, flag, httpUrl, integer, port, readConfig } from './config.ts';
import { commonVariables } from './variables.ts';

const shape = {
  PORT: port.default(8080),
  FLAG: flag.default(false),
  STORE: eventStoreUrl,
  MOST: integer(1, 10).default(5),
};

function problemsOf(env: NodeJS.ProcessEnv, of: Parameters<typeof readConfig>[0] = shape): readonly string[] {
  try {
    readConfig(of, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('takes defaults, also for an empty variable', () => {
    const STORE = 'esdb://127.0.0.1:2113?tls=false';
    const read = readConfig(shape, { STORE, PORT: '', FLAG: 'yes', OTHER: 'x' });
    expect(read).to.deep.equal({ STORE, PORT: 8080, FLAG: true, MOST: 5 });
  });

  it('names every wrong variable at once, with what it was', () => {
    const problems = problemsOf({ PORT: '65536', FLAG: 'maybe', MOST: '1.5' });
    expect(problems).to.have.length(4);
    expect(problems.join('\n')).to.contain('PORT=65536').and.contain('FLAG=maybe').and.contain('MOST=1.5');
    expect(problems.join('\n')).to.contain('STORE is not set: it is required');
  });

  it('says what a log level may be', () => {
    expect(problemsOf({ LOG_LEVEL: 'loud' }, commonVariables)).to.deep.equal([
      'LOG_LEVEL=loud: expected one of trace, debug, info, warn, error, fatal, silent',
    ]);
  });

  for (const [text, value] of [
    ['yes', true],
    ['true', true],
    ['1', true],
    ['no', false],
    ['false', false],
    ['0', false],
  ] as const) {
    it(`reads ${text} as ${value}`, () => expect(flag.parse(text)).to.equal(value));
  }

  for (const text of ['-1', '', ' 1', '1e2', '65536', '0x10']) {
    it(`has no port ${JSON.stringify(text)}`, () => expect(port.safeParse(text).success).to.equal(false));
  }

  it('tells URLs by their scheme', () => {
    expect(eventStoreUrl.safeParse('esdb+discover://a:1,b:2?tls=true').success).to.equal(true);
    expect(eventStoreUrl.safeParse('http://a').success).to.equal(false);
    expect(databaseUrl.safeParse('postgresql://u:p@h/db').success).to.equal(true);
    expect(databaseUrl.safeParse('mysql://u:p@h/db').success).to.equal(false);
    expect(httpUrl.safeParse('https://h').success).to.equal(true);
    expect(httpUrl.safeParse('h:8080').success).to.equal(false);
  });
});
