import { expect } from 'chai';
import { StartError } from './start-error.ts';
import { helpText, readStartConfig, startVariables, usedPorts } from './variables.ts';

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readStartConfig(env);
  } catch (error) {
    if (error instanceof StartError) return error.lines;
    throw error;
  }
  return [];
}

describe('the environment of npm start', () => {
  it('may be empty', () => {
    expect(readStartConfig({})).to.include({ GATEWAY_PORT: 8080, HOST: '127.0.0.1', LEDGER_DATA_DIR: '.ledger' });
  });

  it('is read past the variables of others', () => {
    const others = { PATH: '/bin', HOSTS: 'a', DATABASE_URI: 'x', POSTGRES_PASSWORD: 'x', EVENTSTORE_INSECURE: 'true' };
    expect(problemsOf({ ...others, LEDGER_URL: 'http://127.0.0.1:8080' })).to.deep.equal([]);
  });

  it('has a line for every wrong variable at once', () => {
    const problems = problemsOf({
      GATEWAY_PORT: '80800',
      EVENTSTORE_URL: 'http://here',
      DEFAULT_CURRENCY: 'euro',
      LEDGER_PORT: '1',
    });
    expect(problems.map((line) => line.split(/[=:]/)[0])).to.have.members([
      'GATEWAY_PORT',
      'EVENTSTORE_URL',
      'DEFAULT_CURRENCY',
      'LEDGER_PORT',
    ]);
  });

  for (const [wrong, right] of [
    ['GATEWAYPORT', 'GATEWAY_PORT'],
    ['gateway_port', 'GATEWAY_PORT'],
    ['EVENTSTORE_PROT', 'EVENTSTORE_PORT'],
    ['LEDGER_DATADIR', 'LEDGER_DATA_DIR'],
    ['LEDGER_DATA_DIRS', 'LEDGER_DATA_DIR'],
    ['POSTGRESS_PORT', 'POSTGRES_PORT'],
    ['DEFAULT_CURENCY', 'DEFAULT_CURRENCY'],
  ] as const) {
    it(`takes ${wrong} for a misspelt ${right}`, () => {
      expect(problemsOf({ [wrong]: '1' })).to.deep.equal([
        `${wrong}: nothing reads this variable; did you mean ${right}?`,
      ]);
    });
  }

  for (const name of ['LEDGER_FOO', 'COMMAND_API_URL', 'QUERY_API_HOST', 'PROJECTOR_THREADS']) {
    it(`says that nothing reads ${name}`, () => {
      expect(problemsOf({ [name]: '1' })[0]).to.contain(`${name}: nothing reads this variable`);
    });
  }

  it('may not give two processes one port, but any number of them a free one', () => {
    expect(problemsOf({ COMMAND_API_PORT: '8080' })[0]).to.contain('GATEWAY_PORT has the same port');
    expect(problemsOf({ COMMAND_API_PORT: '0', GATEWAY_PORT: '0' })).to.deep.equal([]);
  });

  it('leaves the port of a server that is elsewhere alone', () => {
    const config = readStartConfig({
      DATABASE_URL: 'postgres://u:p@db/ledger',
      EVENTSTORE_URL: 'esdb://store:2113',
      POSTGRES_PORT: '8080',
    });
    expect(usedPorts(config)).to.deep.equal(['GATEWAY_PORT', 'COMMAND_API_PORT', 'QUERY_API_PORT', 'PROJECTOR_PORT']);
  });

  it('is explained in full by --help', () => {
    for (const [name, { description }] of Object.entries(startVariables)) {
      expect(description, name).to.be.a('string');
      expect(helpText()).to.contain(`  ${name} `);
    }
    expect(helpText()).to.match(/GATEWAY_PORT +8080 /);
  });
});
